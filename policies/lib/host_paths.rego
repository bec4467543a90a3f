# Which paths of a node give away the node.
package gitopslint.lib.host_paths

# Folders that hold what runs the node, or everything that runs on it.
folders := {
	"/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/proc", "/root", "/run",
	"/run/containerd", "/sbin", "/sys", "/usr", "/var", "/var/lib", "/var/lib/containerd",
	"/var/lib/containers", "/var/lib/docker", "/var/lib/kubelet", "/var/run",
}

# Nothing below these is harmless either.
trees := [
	"/boot/", "/etc/cron", "/etc/kubernetes", "/etc/passwd", "/etc/shadow", "/etc/ssh",
	"/etc/sudoers", "/proc/", "/root/", "/var/lib/etcd", "/var/lib/kubelet/pki",
]

# Sockets of container runtimes: who may write to one may start any container.
sockets := ["/containerd.sock", "/crio.sock", "/cri-dockerd.sock", "/docker.sock", "/podman.sock"]

is_sensitive(path) if normal(path) in folders

is_sensitive(path) if strings.any_prefix_match(normal(path), trees)

is_sensitive(path) if strings.any_suffix_match(path, sockets)

normal(path) := "/" if {
	trim(path, "/") == ""
} else := concat("", ["/", trim(regex.replace(path, `/(\.?/)+`, "/"), "/")])
