# Capabilities that containers add.
package gitopslint.lib.capabilities

import data.gitopslint.lib.pod.linux_containers

# A privileged container has them all.
added := [{"name": name, "container": found.name, "of": found.path, "path": path} |
	some found in linux_containers
	not found.container.securityContext.privileged == true
	some index, word in found.container.securityContext.capabilities.add
	name := trim_prefix(upper(word), "CAP_")
	path := array.concat(found.path, ["securityContext", "capabilities", "add", index])
]

# Those that runtimes give by default, which the Pod Security level `baseline` allows.
usual := {
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
	"NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}

# Those that are as good as root on the node.
dangerous := {
	"ALL", "BPF", "DAC_READ_SEARCH", "MAC_ADMIN", "PERFMON", "SYS_ADMIN", "SYS_BOOT",
	"SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO",
}
