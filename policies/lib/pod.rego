# The pod that `input.object` starts.
package gitopslint.lib.pod

import data.gitopslint.lib.pods

path := pods.spec_path(input.object)

spec := object.get(input.object, path, {})

containers := pods.containers(spec, path)

# The containers, none of them if the pod is for Windows.
linux_containers := containers if not pods.is_windows(spec)
