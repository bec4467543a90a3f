//! Goes through a parsed template without running it.

use crate::Span;
use crate::ast::{Expr, ExprKind, Node, NodeKind, Pipeline};

/// Tells every function that is named, in order.
pub(crate) fn functions(nodes: &[Node], tell: &mut impl FnMut(&str, Span)) {
    for node in nodes {
        match &node.kind {
            NodeKind::Text | NodeKind::Break | NodeKind::Continue => {}
            NodeKind::Action(pipeline) => in_pipeline(pipeline, tell),
            NodeKind::Branch(branch) => {
                for (pipeline, body) in &branch.branches {
                    in_pipeline(pipeline, tell);
                    functions(body, tell);
                }
                functions(&branch.otherwise, tell);
            }
            NodeKind::Range(range) => {
                in_pipeline(&range.pipeline, tell);
                functions(&range.body, tell);
                functions(&range.otherwise, tell);
            }
            NodeKind::Template { argument, .. } => {
                if let Some(pipeline) = argument {
                    in_pipeline(pipeline, tell);
                }
            }
        }
    }
}

fn in_pipeline(pipeline: &Pipeline, tell: &mut impl FnMut(&str, Span)) {
    for command in &pipeline.commands {
        in_expr(&command.head, tell);
        for arg in &command.args {
            in_expr(arg, tell);
        }
    }
}

fn in_expr(expr: &Expr, tell: &mut impl FnMut(&str, Span)) {
    match &expr.kind {
        ExprKind::Function(name) => tell(name, expr.span),
        ExprKind::Chain(inner, _) => in_expr(inner, tell),
        ExprKind::Pipeline(pipeline) => in_pipeline(pipeline, tell),
        _ => {}
    }
}
