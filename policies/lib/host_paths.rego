# Which paths of a node give away the node.
package gitopslint.lib.host_paths

import data.gitopslint.lib.pod.pods

# The volumes of the pods of `input.object` which are paths of their node. Each has a place of its
# own: which others a pod has may differ from overlay to overlay.
volumes := [{"path": path, "place": array.concat(pod.path, ["volumes", index, "hostPath", "path"])} |
	some pod in pods
	some index, volume in pod.spec.volumes
	path := volume.hostPath.path
	is_string(path)
]

# Folders that hold what runs the node, or everything that runs on it.
folders := {
	"/", "/bin", "/boot", "/dev", "/etc", "/etc/kubernetes", "/home", "/lib", "/lib64", "/proc", "/root", "/run",
	"/run/containerd", "/sbin", "/sys", "/usr", "/var", "/var/lib", "/var/lib/containerd",
	"/var/lib/containers", "/var/lib/docker", "/var/lib/kubelet", "/var/run",
}

# Nothing below these is harmless either.
trees := [
	"/boot/", "/etc/cron", "/etc/passwd", "/etc/shadow", "/etc/ssh", "/etc/sudoers", "/proc/",
	"/root/", "/var/lib/etcd", "/var/lib/kubelet/pki",
]

# What is in the folder of Kubernetes beside the sockets of drivers: keys and certificates, the pods
# that the kubelet starts by itself, and the accounts of the node and of its cloud.
of_kubernetes := `^/etc/kubernetes/(?:pki|ssl|certs|cni|manifests|addons|static-pod[^/]*|kubelet[^/]*|bootstrap[^/]*|cloud[^/]*|[^/]+\.(?:conf|config|crt|json|key|kubeconfig|pem|ya?ml)|kubeconfig)(?:/|$)`

# Sockets of container runtimes: who may write to one may start any container.
sockets := ["/containerd.sock", "/crio.sock", "/cri-dockerd.sock", "/docker.sock", "/podman.sock"]

is_sensitive(path) if is_of_system(normal(path))

is_sensitive(path) if is_socket(path)

is_socket(path) if strings.any_suffix_match(path, sockets)

is_of_system(path) if path in folders

is_of_system(path) if strings.any_prefix_match(path, trees)

is_of_system(path) if regex.match(of_kubernetes, path)

normal(path) := concat("", ["/", trim(plain(path), "/")])

# Without what leads nowhere.
plain(path) := path if {
	not contains(path, "//")
	not contains(path, "/./")
} else := regex.replace(path, `/(\.?/)+`, "/")
