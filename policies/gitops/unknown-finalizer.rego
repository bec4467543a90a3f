# METADATA
# title: Finalizer that Argo CD does not know
# description: >
#   A finalizer is removed only by the controller that recognizes it. If Argo CD does not know the
#   spelling, the finalizer stays forever: the object hangs in `Terminating` once it is deleted, and
#   what it deployed is not deleted with it.
# remediation: >
#   Use `resources-finalizer.argocd.argoproj.io`.
# severity: warning
# kinds:
#   - Application.argoproj.io
#   - ApplicationSet.argoproj.io
#   - AppProject.argoproj.io
# bad: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: Application
#   metadata:
#     name: api
#     finalizers:
#       - argocd.argoproj.io/resources-finalizer
#       - resource-finalizer.argocd.argoproj.io
#       - resources-finalizer.argocd.argoproj.io/forground
#   ---
#   apiVersion: argoproj.io/v1alpha1
#   kind: ApplicationSet
#   metadata:
#     name: api
#   spec:
#     template:
#       metadata:
#         name: "{{name}}"
#         finalizers:
#           - finalizer.argoproj.io/resources
# findings: 4
# good: |
#   apiVersion: argoproj.io/v1alpha1
#   kind: Application
#   metadata:
#     name: api
#     finalizers:
#       - resources-finalizer.argocd.argoproj.io
#       - resources-finalizer.argocd.argoproj.io/background
#       - post-delete-finalizer.argocd.argoproj.io/cleanup
#       - foregroundDeletion
#       - argocd.example.org/notify
#   ---
#   apiVersion: argoproj.io/v1alpha1
#   kind: ApplicationSet
#   metadata:
#     name: api
#     finalizers:
#       - resources-finalizer.argocd.argoproj.io
#   spec:
#     template:
#       metadata:
#         name: "{{name}}"
#         finalizers:
#           - "{{finalizer}}"
#           - resources-finalizer.argocd.argoproj.io/foreground
package gitopslint.gitops.unknown_finalizer

finalizers := array.concat(
	[{"path": ["metadata", "finalizers", index], "name": name} |
		some index, name in input.object.metadata.finalizers
	],
	[{"path": ["spec", "template", "metadata", "finalizers", index], "name": name} |
		input.object.kind == "ApplicationSet"
		some index, name in input.object.spec.template.metadata.finalizers
	],
)

# Whether a finalizer is meant for Argo CD. The domains of others are theirs, and so are those of
# what is built around it.
is_for_argo_cd(name) if {
	contains(name, "argoproj")
	not contains(name, "argoproj-labs")
}

is_for_argo_cd(name) if contains(name, "resources-finalizer")

is_known(name) if regex.match(`^(?:resources-finalizer\.argocd\.argoproj\.io(?:/(?:fore|back)ground)?|(?:pre|post)-delete-finalizer\.argocd\.argoproj\.io(?:/.*)?)$`, name)

# What a template fills in.
is_known(name) if contains(name, "{")

is_known(name) if contains(name, "$")

meant(name) := "post-delete-finalizer.argocd.argoproj.io" if {
	contains(name, "post-delete")
} else := "resources-finalizer.argocd.argoproj.io/foreground" if {
	regex.match(`/fore?g`, name)
} else := "resources-finalizer.argocd.argoproj.io/background" if {
	regex.match(`/back`, name)
} else := "resources-finalizer.argocd.argoproj.io"

deny contains {"message": message, "help": help, "path": found.path} if {
	some found in finalizers
	is_for_argo_cd(found.name)
	not is_known(found.name)
	message := sprintf("Argo CD does not know the finalizer `%s`, so nothing removes it and the object hangs in `Terminating` once it is deleted", [found.name])
	help := sprintf("did you mean `%s`?", [meant(found.name)])
}
