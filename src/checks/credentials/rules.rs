//! The rules on credentials.

use crate::rule::{SECRETS, rules};

rules! {
    [group SECRETS]

    PLAIN_SECRET {
        id: "plain-secret",
        severity: Error,
        title: "Unencrypted Secret in the repository",
        description: "A Secret is encoded, not encrypted: anyone who can read the repository, or any copy of it, now or later, can read the value.",
        remediation: "Rotate the credential: consider it leaked. Then keep it elsewhere, with an ExternalSecret, a SealedSecret, an InfisicalSecret or the like, or encrypt the file with SOPS.",
        bad: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\nstringData:\n  password: correct-horse-battery\n",
        good: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\nstringData:\n  password: <path:kv/data/api#password>\n",
    }

    PLACEHOLDER_SECRET {
        id: "placeholder-secret",
        severity: Info,
        title: "Secret with a placeholder value",
        description: "The value is a placeholder that something has to replace. If nothing does, the placeholder is the password.",
        remediation: "Leave the key out and let an ExternalSecret, a SealedSecret or SOPS supply it, or refer to where it is kept.",
        bad: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\nstringData:\n  password: changeme\n",
        good: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\nstringData:\n  password: <path:kv/data/api#password>\n",
    }

    CREDENTIAL_IN_CONFIG {
        id: "credential-in-config",
        severity: Error,
        title: "Credential in plain configuration",
        description: "The value has the form of a key, token or password that some service issues. Anyone who can read the repository, or the configuration in the cluster, can use it.",
        remediation: "Revoke the credential: consider it leaked. Keep the new one in a Secret that is not in the repository, and refer to it with `secretKeyRef` or mount it.",
        bad: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: api\ndata:\n  DATABASE_URL: postgres://api:tr0ub4dor@db.example.com/api\n",
        good: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: api\ndata:\n  DATABASE_URL: postgres://db.example.com/api\n",
    }

    UNCERTAIN_CREDENTIAL {
        id: "uncertain-credential",
        severity: Warning / Warning / Info,
        title: "Possible credential in plain configuration",
        description: "The name says that this is a password, key or token, and the value looks like one. Anyone who can read the repository, or the configuration in the cluster, can use it.",
        remediation: "If it is one, rotate it, keep the new one in a Secret that is not in the repository, and refer to it with `secretKeyRef` or mount it.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: ghcr.io/acme/api:1.4.2\n      env:\n        - name: ADMIN_PASSWORD\n          value: vG7q2Lw9xTz4\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: ghcr.io/acme/api:1.4.2\n      env:\n        - name: ADMIN_PASSWORD\n          valueFrom:\n            secretKeyRef:\n              name: api\n              key: password\n",
    }

    DEFAULT_PASSWORD {
        id: "default-password",
        severity: Warning / Info / Off,
        title: "Default password",
        description: "This is the password that the product ships with, or one of the first that anyone would try. Anyone who can reach the service can log in.",
        remediation: "Set your own password, from a Secret that is not in the repository.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: db\nspec:\n  containers:\n    - name: db\n      image: postgres:16.4\n      env:\n        - name: POSTGRES_PASSWORD\n          value: postgres\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: db\nspec:\n  containers:\n    - name: db\n      image: postgres:16.4\n      env:\n        - name: POSTGRES_PASSWORD\n          valueFrom:\n            secretKeyRef:\n              name: db\n              key: password\n",
    }
}
