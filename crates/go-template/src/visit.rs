//! Goes through a parsed template without running it.

use crate::Span;
use crate::ast::{Command, Expr, ExprKind, Node, NodeKind, Pipeline};

/// Something that a template names.
pub(crate) enum Seen<'a> {
    Function(&'a str, Span),
    /// A template, with `template`.
    Template(&'a str, Span),
    Command(&'a Command),
}

/// Tells every function and template that is named, and every command, in order.
pub(crate) fn visit(nodes: &[Node], tell: &mut impl FnMut(Seen<'_>)) {
    for node in nodes {
        match &node.kind {
            NodeKind::Text | NodeKind::Break | NodeKind::Continue => {}
            NodeKind::Action(pipeline) => in_pipeline(pipeline, tell),
            NodeKind::Branch(branch) => {
                for (pipeline, body) in &branch.branches {
                    in_pipeline(pipeline, tell);
                    visit(body, tell);
                }
                visit(&branch.otherwise, tell);
            }
            NodeKind::Range(range) => {
                in_pipeline(&range.pipeline, tell);
                visit(&range.body, tell);
                visit(&range.otherwise, tell);
            }
            NodeKind::Template { name, argument } => {
                tell(Seen::Template(name, node.span));
                if let Some(pipeline) = argument {
                    in_pipeline(pipeline, tell);
                }
            }
        }
    }
}

fn in_pipeline(pipeline: &Pipeline, tell: &mut impl FnMut(Seen<'_>)) {
    for command in &pipeline.commands {
        tell(Seen::Command(command));
        in_expr(&command.head, tell);
        for arg in &command.args {
            in_expr(arg, tell);
        }
    }
}

fn in_expr(expr: &Expr, tell: &mut impl FnMut(Seen<'_>)) {
    match &expr.kind {
        ExprKind::Function(name) => tell(Seen::Function(name, expr.span)),
        ExprKind::Chain(inner, _) => in_expr(inner, tell),
        ExprKind::Pipeline(pipeline) => in_pipeline(pipeline, tell),
        _ => {}
    }
}
