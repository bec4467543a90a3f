//! What a repository deploys, rendered.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use helm::{Capabilities, Chart};
use kustomize::Options;
use manifest::{FaultKind, Node, Object, Reads, Source, Total};
use rustc_hash::{FxHashMap, FxHashSet};

use super::worklist::{ROUNDS, Worklist};
use crate::deploy::{
    self, Addresses, Apart, Around, Asking, ChartLayout, Content, Copies, FileKind, Kinds, Loose,
    LooseFile, Starts, TargetSpec, TemplateFolder,
};
use crate::render::{
    ChartRenderer, Deeds, FilesRead, Graph, Outputs, Rendered, menus, named_files,
    render_kustomizations,
};
use crate::request::{Request, Stage};
use crate::setup::{ClusterKey, Setup};
use crate::snapshot::{Repository, Walk};

/// A repository's targets, rendered.
#[derive(Debug)]
pub struct Deployed {
    /// Its files.
    pub walk: Walk,
    /// What these are.
    pub kinds: Kinds,
    /// What of them is not deployed as it stands.
    pub apart: Apart,
    /// The manifests that no kustomization reads.
    pub loose: Loose,
    /// Those of their files that a kustomization names all the same.
    pub named: FxHashSet<Utf8PathBuf>,
    /// What came of each target.
    pub rendered: Vec<Rendered>,
    /// How the kustomizations refer to one another.
    pub graph: Graph,
    /// What their directives did.
    pub deeds: Deeds,
    /// The charts, and which values files belong to them by name.
    pub layout: ChartLayout,
    /// The charts that were read.
    pub charts: FxHashMap<Utf8PathBuf, Arc<Chart>>,
    /// What they gave, for a next snapshot.
    outputs: Outputs,
    /// What was asked of the snapshot besides what the kustomizations and targets tell.
    other_reads: Vec<Arc<Reads>>,
}

impl Deployed {
    /// What came of each target that is applied.
    pub fn targets(&self) -> impl Iterator<Item = &Rendered> {
        let targets = self.rendered.iter();
        targets.filter(|target| target.spec.is_applied())
    }

    /// As [`Deployed::targets`], taken out.
    pub fn into_targets(self) -> impl Iterator<Item = Rendered> {
        let targets = self.rendered.into_iter();
        targets.filter(|target| target.spec.is_applied())
    }

    /// The environments of the targets.
    pub fn environments(&self) -> BTreeSet<Arc<str>> {
        let targets = self.rendered.iter();
        let known = targets.filter_map(|target| target.spec.environment.as_ref());
        known.map(|own| own.name.clone()).collect()
    }

    /// Which files rendering was given.
    pub fn files_read(&self) -> FilesRead<'_> {
        // The graph has all others.
        let is_apart =
            |target: &&Rendered| target.chart.is_some() || !self.graph.holds(&target.spec.path);
        let apart = self.rendered.iter().filter(is_apart);
        let of_targets = apart.flat_map(|target| &target.reads);
        let all = self.graph.all_reads().chain(of_targets);
        FilesRead::of(all.chain(&self.other_reads))
    }
}

/// What clusters can do: many targets go to one that can do the same.
struct KnownCapabilities<'a> {
    setup: &'a Setup,
    request: &'a Request,
    known: Mutex<FxHashMap<ClusterKey, Arc<Capabilities>>>,
}

impl<'a> KnownCapabilities<'a> {
    fn new(setup: &'a Setup, request: &'a Request) -> Self {
        Self {
            setup,
            request,
            known: Mutex::default(),
        }
    }

    fn of(&self, spec: &TargetSpec) -> Arc<Capabilities> {
        let cluster = self.setup.cluster(spec, self.request);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let capabilities = known.entry(cluster);
        let find = || Arc::new(self.setup.capabilities(cluster, self.request));
        capabilities.or_insert_with(find).clone()
    }
}

impl Setup {
    /// Renders every target of a repository, each base once. A check of a part renders all: what
    /// an environment has as a whole decides over its parts.
    pub fn render(
        &self,
        repository: &dyn Repository,
        request: &Request,
        options: Options,
    ) -> Deployed {
        let mut deployed = self.render_after(None, repository, request, options);
        deployed.graph.forget();
        deployed.outputs = Outputs::default();
        deployed
    }

    /// As [`Setup::render`]. Kustomizations that an earlier snapshot, rendered with the same
    /// options, answers alike are not rendered again; what all came to is kept for a next one.
    pub fn render_after(
        &self,
        earlier: Option<&Deployed>,
        repository: &dyn Repository,
        request: &Request,
        options: Options,
    ) -> Deployed {
        // What is there.
        request.progress.begins(Stage::Read, []);
        let walk = repository.walk();
        let kinds = Kinds::of(repository, &walk.files);
        let layout = ChartLayout::find(repository, &walk.files, &kinds, self.config());

        // Kustomizations, in the order of their bases.
        let mut graph = Graph::load_after(
            earlier.map(|earlier| &earlier.graph),
            repository,
            kinds.kustomization_folders(&walk.files),
            options,
        );
        let roots = |graph: &Graph| -> Vec<TargetSpec> {
            let roots = graph.roots().into_iter();
            roots
                .map(|folder| TargetSpec::new(folder, Content::Kustomization, self.config()))
                .collect()
        };
        let mut deeds = Deeds::default();
        let mut total = Total::default();
        let specs = roots(&graph);
        let names = specs.iter().map(|spec| spec.path.to_string());
        request.progress.begins(Stage::Render, names);
        let mut rendered =
            render_kustomizations(&graph, repository, specs, options, &mut deeds, &mut total);
        // Flux lets kustomizations read files outside their folders.
        let mut faults = rendered.iter().flat_map(|target| &target.faults);
        if faults.any(|fault| fault.kind == FaultKind::Outside) {
            let folders = deploy::folders_built(repository, &walk.files);
            if graph.free(repository, &folders, options) {
                let specs = roots(&graph);
                rendered = render_kustomizations(
                    &graph, repository, specs, options, &mut deeds, &mut total,
                );
            }
        }

        // Manifests that no kustomization reads.
        let (loose, named, mut apart) = {
            let read = FilesRead::of(graph.all_reads());
            let is_unread = |file: &&Utf8PathBuf| !read.has(file) && !self.is_own(file);
            let unread: Vec<&Utf8Path> = kinds
                .yaml(&walk.files)
                .filter(is_unread)
                .map(Utf8PathBuf::as_path)
                .collect();
            let named = named_files(&graph, repository, &unread);
            let menus = menus(&graph, repository, &unread);
            let mut folders = read.folders();
            folders.extend(menus.iter().map(|folder| folder.as_str()));
            let built = read.sources(repository);
            let around = Around {
                kinds: &kinds,
                named: &named,
                read_folders: folders,
                starts: Starts::of(&built),
                menus: menus.iter().map(|folder| folder.as_path()).collect(),
            };
            let loose = deploy::find(repository, &unread, &around, self.config());
            let mut templates = templates(repository, &walk, &kinds, &built, &loose, &named);
            let copied = copied(&kinds, &graph, &rendered, &built, &loose);
            let is_new = |own: &TemplateFolder| !templates.iter().any(|known| known.has(&own.path));
            let copied: Vec<TemplateFolder> = copied.into_iter().filter(is_new).collect();
            templates.extend(copied);
            let apart = Apart::of(&walk.files, self.config())
                .with_templates(templates)
                .with_template_files(&loose.called_templates);
            (loose, named, apart)
        };
        rendered.extend(loose.targets.iter().cloned().map(Rendered::of_manifests));

        // What the objects rendered so far ask for, and charts by their layout, until nothing
        // new turns up.
        let as_applied = helm::Options {
            include_crds: true,
            skip_tests: true,
            ..helm::Options::default()
        };
        let capabilities = KnownCapabilities::new(self, request);
        let is_used = |chart: &Utf8Path| {
            let metadata = chart.join("Chart.yaml");
            apart.is_template(chart) || graph.all_reads().any(|reads| reads.has_given(&metadata))
        };
        let remotes = repository.remotes();
        let lives = |own: &&Rendered| own.spec.is_applied() && !own.spec.is_put_aside(true);
        let objects = rendered.iter().filter(lives).flat_map(|own| &own.objects);
        let addresses = Addresses::new(remotes.iter().map(String::as_str))
            .with_bootstrap(objects.filter_map(deploy::bootstrapped_from));
        let worklist = Worklist {
            snapshot: repository,
            config: self.config(),
            addresses: &addresses,
            graph: &graph,
            options,
            layout: &layout,
            apart: &apart,
            is_used: &is_used,
            capabilities: &|spec| capabilities.of(spec),
            charts: ChartRenderer::new(repository, self.shelf(), as_applied)
                .after(earlier.map(|earlier| &earlier.outputs)),
            total: &mut total,
            deeds: &mut deeds,
            progress: &request.progress,
            rendered,
            asked: FxHashMap::default(),
        };
        let (mut rendered, charts) = worklist.run();
        let (charts, other_reads, outputs) = charts.finish();
        if let Some(earlier) = earlier {
            share_applications(&mut rendered, &earlier.rendered);
        }
        let placed = rendered.iter_mut().flat_map(|target| {
            let askings = target.applications.iter_mut();
            std::iter::once(target.spec.placed()).chain(askings.map(|asking| asking.placed()))
        });
        deploy::settle(placed.collect(), &walk.files, self.config());
        let asked = rendered.iter().filter(|target| target.spec.by.is_some());
        let deployed: Vec<Utf8PathBuf> = asked.map(|target| target.spec.path.clone()).collect();
        let asked = rendered.iter().filter(|target| target.spec.by.is_some());
        let files: Vec<&Utf8Path> = asked.flat_map(Rendered::files).collect();
        apart.forget_templates(&deployed, &files);
        for target in &mut rendered {
            target.spec.learn(&apart);
        }
        spare_deployed(&mut rendered);
        mark_unused_bases(&mut rendered, &graph);
        request.mark(&mut rendered);

        Deployed {
            walk,
            kinds,
            apart,
            loose,
            named,
            rendered,
            graph,
            deeds,
            layout,
            charts,
            outputs,
            other_reads,
        }
    }
}

/// Makes no example of what is asked for by something that is deployed itself, wherever that
/// stands: a cluster's folder may be called `test`.
fn spare_deployed(rendered: &mut [Rendered]) {
    for _ in 0..ROUNDS {
        if !rendered.iter().any(|target| target.spec.is_example) {
            return;
        }
        let is_asked = |target: &&Rendered| target.spec.by.is_some();
        let deployed = rendered.iter().filter(is_asked);
        let deployed = deployed.filter(|target| !target.spec.is_example);
        let files: FxHashSet<&Utf8Path> = deployed.flat_map(Rendered::files).collect();
        let is_deployed = |target: &Rendered| {
            let by = target.spec.by.as_ref();
            target.spec.is_example && by.is_some_and(|by| files.contains(by.path()))
        };
        let spared: Vec<bool> = rendered.iter().map(is_deployed).collect();
        if !spared.contains(&true) {
            return;
        }
        for (target, is_spared) in rendered.iter_mut().zip(spared) {
            target.spec.is_example &= !is_spared;
        }
    }
}

/// Marks the bases that nothing builds on, among others that something builds on: nothing is
/// deployed from them.
fn mark_unused_bases(rendered: &mut [Rendered], graph: &Graph) {
    let is_candidate = |target: &Rendered| {
        let spec = &target.spec;
        spec.by.is_none() && matches!(spec.content, Content::Kustomization)
    };
    let folder =
        |target: &Rendered| deploy::folder_of_bases(&target.spec.path).map(ToOwned::to_owned);
    let candidates = rendered.iter().filter(|target| is_candidate(target));
    let mut folders: FxHashMap<Utf8PathBuf, bool> = candidates
        .filter_map(folder)
        .map(|own| (own, false))
        .collect();
    if folders.is_empty() {
        return;
    }
    for (user, _) in graph.kustomizations() {
        let own = graph.bases(user);
        let own = own.map(|base| deploy::folder_of_bases(base).unwrap_or(base));
        for of_bases in own.filter(|of_bases| !user.starts_with(of_bases)) {
            if let Some(is_used) = folders.get_mut(of_bases) {
                *is_used = true;
            }
        }
    }
    for target in rendered.iter_mut().filter(|target| is_candidate(target)) {
        let is_used = |of_bases: Utf8PathBuf| folders.get(&of_bases) == Some(&true);
        target.spec.is_unused_base = folder(target).is_some_and(is_used);
    }
}

/// The folders of templates. A file that a kustomization names and that is no YAML was not read.
fn templates(
    repository: &dyn Repository,
    walk: &Walk,
    kinds: &Kinds,
    read: &[Arc<Source>],
    loose: &Loose,
    named: &FxHashSet<Utf8PathBuf>,
) -> Vec<TemplateFolder> {
    let source = |path: &Utf8Path| repository.source(path).ok();
    let (built, others): (Vec<&Utf8PathBuf>, Vec<&Utf8PathBuf>) = loose
        .templates
        .iter()
        .partition(|file| named.contains(*file));
    let is_of_chart = |source: &&Arc<Source>| kinds.kind(source.path()) == FileKind::Chart;
    let built: Vec<Arc<Source>> = read
        .iter()
        .filter(|source| !is_of_chart(source))
        .cloned()
        .chain(built.into_iter().filter_map(|file| source(file)))
        .collect();
    let charts = kinds.charts().map(|chart| chart.join("Chart.yaml"));
    let others: Vec<Arc<Source>> = others
        .into_iter()
        .filter_map(|file| source(file))
        .chain(loose.sources().cloned())
        .chain(charts.filter_map(|file| source(&file)))
        .collect();
    deploy::template_folders(&walk.files, &built, &others)
}

/// The folders that are there to be copied, or that something leaves out.
fn copied(
    kinds: &Kinds,
    graph: &Graph,
    rendered: &[Rendered],
    built: &[Arc<Source>],
    loose: &Loose,
) -> Vec<TemplateFolder> {
    let folders = || graph.kustomizations().map(|(folder, _)| folder);
    let manifests: Vec<&LooseFile> = loose.targets.iter().flat_map(|spec| spec.files()).collect();
    let files: Vec<Utf8PathBuf> = folders()
        .map(|folder| folder.join("kustomization.yaml"))
        .chain(manifests.iter().map(|file| file.source.path().to_owned()))
        .collect();
    let files: Vec<&Utf8Path> = files.iter().map(Utf8PathBuf::as_path).collect();
    let loose = manifests.iter().flat_map(|file| {
        let objects = file.objects.iter();
        objects.map(|object| (file.source.path(), object))
    });
    let objects = rendered.iter().flat_map(|target| {
        let objects = target.objects.iter();
        objects.map(|object| (&*target.spec.path, &object.node))
    });
    let objects: Vec<(&Utf8Path, &Node)> = objects.chain(loose).collect();
    let bases = folders().flat_map(|user| graph.bases(user).map(move |base| (user, base)));
    // A file that is read and stands in the folder of no kustomization belongs to one elsewhere.
    let stray = built
        .iter()
        .map(|source| (Utf8Path::new(""), source.path()));
    let stray = stray.filter(|(_, file)| !file.ancestors().skip(1).any(|above| graph.holds(above)));
    let uses: Vec<(&Utf8Path, &Utf8Path)> = bases.chain(stray).collect();
    let charts: Vec<&Utf8Path> = kinds.charts().collect();
    let copies = Copies {
        files: &files,
        charts: &charts,
        objects: &objects,
        uses: &uses,
    };
    copies.folders()
}

/// Has the Applications that an earlier snapshot has, too, read once for both.
fn share_applications(rendered: &mut [Rendered], earlier: &[Rendered]) {
    let all = earlier.iter().flat_map(|target| &target.applications);
    let known: FxHashMap<(usize, usize), &Asking> = all
        .filter_map(|asking| Some((identity(&asking.object)?, asking)))
        .collect();
    for asking in rendered
        .iter_mut()
        .flat_map(|target| &mut target.applications)
    {
        let same = identity(&asking.object).and_then(|own| known.get(&own));
        if let Some(same) = same {
            asking.share(same);
        }
    }
}

/// By what an object of two snapshots that are both kept is known to be one, with all its places.
fn identity(object: &Object) -> Option<(usize, usize)> {
    match &object.node {
        Node::Src(src) => Some((Arc::as_ptr(&src.source).addr(), src.node.index())),
        Node::Map(map) => Some((Arc::as_ptr(map).addr(), 0)),
        _ => None,
    }
}
