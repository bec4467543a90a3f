use insta::assert_snapshot;
use manifest::Dialect;

use super::{check, check_in, judge, print};
use crate::{Catalog, Coverage, Version};

/// A Deployment whose pod's specification is `spec`, indented as it has to be.
fn deployment(spec: &str) -> String {
    let head = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
";
    let body: String = spec.lines().map(|line| format!("      {line}\n")).collect();
    format!("{head}{body}")
}

#[test]
fn a_good_object_has_no_violations() {
    let good = deployment(
        "
containers:
  - name: api
    image: api:1
    imagePullPolicy: IfNotPresent
    args: ['--port', '8080']
    ports:
      - {containerPort: 53, protocol: UDP}
      - {containerPort: 53}
    resources: {limits: {cpu: 500m, memory: 1.5Gi}, requests: {cpu: 0.5, memory: 1e9}}
    livenessProbe: {httpGet: {port: http}, periodSeconds: 10.0}
    readinessProbe: {httpGet: {port: 8080}}
    env:
      - {name: A, value: ''}
      - {name: B}
volumes:
  - name: data
    emptyDir: {}
dnsPolicy: ''
nodeSelector:
tolerations: null",
    );
    assert_eq!(check(&good), "");
}

#[test]
fn unknown_fields_are_told_with_what_may_be_meant() {
    let yaml = deployment(
        "
container: []
containers:
  - name: api
    image: api:1
    imagepullpolicy: Always
    comand: [run]
    zzz: 1
    securityContext:
      ports: [{containerPort: 80}]
    restartPolicy: Never
    hostname: x
",
    );
    assert_snapshot!(check(&yaml), @r"
    UnknownField spec.template.spec.container: unknown field `container` in `spec`
        did you mean `containers`?
    UnknownField spec.template.spec.containers[0].imagepullpolicy: unknown field `imagepullpolicy` in `containers[0]`
        did you mean `imagePullPolicy`?
    UnknownField spec.template.spec.containers[0].comand: unknown field `comand` in `containers[0]`
        did you mean `command`?
    UnknownField spec.template.spec.containers[0].zzz: unknown field `zzz` in `containers[0]`
    UnknownField spec.template.spec.containers[0].securityContext.ports: unknown field `ports` in `securityContext`
        `ports` belongs to `spec.template.spec.containers[0]`
    UnknownField spec.template.spec.containers[0].hostname: unknown field `hostname` in `containers[0]`
        `hostname` belongs to `spec.template.spec`
    ");
    let yaml = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, replicas: 3}
spec:
  containers: []
  selector: {matchLabels: {app: api}}
  template: {spec: {containers: [{name: api, image: api:1}]}}
typo: 1
";
    assert_snapshot!(check(yaml), @r"
    UnknownField metadata.replicas: unknown field `replicas` in `metadata`
        `replicas` belongs to `spec`
    UnknownField spec.containers: unknown field `containers` in `spec`
        `containers` belongs to `spec.template.spec`, not to `spec`
    UnknownField typo: unknown field `typo`
    MissingField spec.template.metadata.labels `labels` is missing in `metadata`
        the selector asks for `app: api`
    ");
}

#[test]
fn fields_of_a_lists_items_belong_there() {
    let service = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {nodePort: 30080, ports: [{port: 80}]}}";
    assert_snapshot!(check(service), @r"
    UnknownField spec.nodePort: unknown field `nodePort` in `spec`
        `nodePort` belongs to `spec.ports[]`
    ");
    // Containers of several sorts have an image.
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {image: web, containers: [{name: web, image: web}]}}";
    assert_snapshot!(check(pod), @"UnknownField spec.image: unknown field `image` in `spec`");
}

#[test]
fn fields_exist_in_some_versions_only() {
    let yaml = deployment("containers: [{name: a, image: b}]\nschedulingGates: []");
    assert_snapshot!(check_in("1.25", &yaml), @"UnknownField spec.template.spec.schedulingGates: `schedulingGates` exists only since Kubernetes 1.26, but this is for 1.25");
    assert_eq!(check_in("1.26", &yaml), "");
    let claim = "
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {claims: [], requests: {storage: 1Gi}}}
";
    assert_snapshot!(check_in("1.30", claim), @"UnknownField spec.resources.claims: unknown field `claims` in `resources`");
    assert_eq!(check_in("1.28", claim), "");
}

#[test]
fn wrong_types_are_told_with_the_remedy() {
    let yaml = deployment(
        "
hostNetwork: 'true'
hostPID: yes
shareProcessNamespace: maybe
terminationGracePeriodSeconds: '30'
priority: ten
priorityClassName: 1.5
subdomain: true
hostname: {}
nodeSelector: [a]
tolerations: {key: a}
affinity:
  - nodeAffinity: {}
containers:
  - name: 5
    image: api:1
    args: --port
    stdin: [true]
    livenessProbe: {httpGet: {port: 1.5}, periodSeconds: 1.5, initialDelaySeconds: 3000000000}
    readinessProbe: {httpGet: {port: 80000000000}}
    resources: {limits: {cpu: true, memory: 10GB}, requests: many}
",
    );
    assert_snapshot!(check(&yaml), @r#"
    WrongType spec.template.spec.hostNetwork `hostNetwork` must be a boolean, not the text `true`
        write `true`, without quotes
    WrongType spec.template.spec.hostPID `hostPID` must be a boolean, not the text `yes`
        write `true`, without quotes
    WrongType spec.template.spec.shareProcessNamespace `shareProcessNamespace` must be a boolean, not the text `maybe`
    WrongType spec.template.spec.terminationGracePeriodSeconds `terminationGracePeriodSeconds` must be an integer, not the text `30`
        remove the quotes
    WrongType spec.template.spec.priority `priority` must be an integer, not the text `ten`
    WrongType spec.template.spec.priorityClassName `priorityClassName` must be a string, not the number `1.5`
        quote it: `"1.5"`
    WrongType spec.template.spec.subdomain `subdomain` must be a string, not the boolean `true`
        quote it: `"true"`
    WrongType spec.template.spec.hostname `hostname` must be a string, not a mapping
    WrongType spec.template.spec.nodeSelector `nodeSelector` must be a mapping, not a list
        it is one mapping here, not a list of them
    WrongType spec.template.spec.tolerations `tolerations` must be a list, not a mapping
        put `- ` in front of each item
    WrongType spec.template.spec.affinity `affinity` must be a mapping, not a list
        it is one mapping here, not a list of them
    WrongType spec.template.spec.containers[0].name `name` must be a string, not the number `5`
        quote it: `"5"`
    WrongType spec.template.spec.containers[0].args `args` must be a list, not the text `--port`
        put `- ` in front of each item
    WrongType spec.template.spec.containers[0].stdin `stdin` must be a boolean, not a list
    WrongType spec.template.spec.containers[0].livenessProbe.httpGet.port `port` must be an integer, not the number `1.5`
    WrongType spec.template.spec.containers[0].livenessProbe.periodSeconds `periodSeconds` must be an integer, not the number `1.5`
    InvalidValue spec.template.spec.containers[0].livenessProbe.initialDelaySeconds `initialDelaySeconds` `3000000000` is not between -2147483648 and 2147483647
    InvalidValue spec.template.spec.containers[0].readinessProbe.httpGet.port `port` `80000000000` is not between -2147483648 and 2147483647
    WrongType spec.template.spec.containers[0].resources.limits.cpu `cpu` must be a quantity, not the boolean `true`
    InvalidValue spec.template.spec.containers[0].resources.limits.memory `memory` `10GB` is not a valid quantity
        did you mean `10G`?
    WrongType spec.template.spec.containers[0].resources.requests `requests` must be a mapping, not the text `many`
    "#);
}

#[test]
fn plain_manifests_have_booleans_of_yaml_1_1() {
    let yaml = deployment("containers: [{name: a, image: b}]\nhostPID: yes\nhostname: on");
    let verdict = |dialect| {
        let catalog = Catalog::builtin();
        print(&judge(&catalog, &yaml, Version::NEWEST, dialect))
    };
    assert_snapshot!(verdict(Dialect::Kubectl), @r#"
    WrongType spec.template.spec.hostname `hostname` must be a string, not the boolean `on`
        quote it: `"on"`
    "#);
    assert_snapshot!(verdict(Dialect::Kustomize), @r"
    WrongType spec.template.spec.hostPID `hostPID` must be a boolean, not the text `yes`
        write `true`, without quotes
    ");
}

#[test]
fn required_fields_are_missed() {
    assert_snapshot!(check(&deployment("containers: [{}, null, {name: a}]")), @r"
    MissingField spec.template.spec.containers[0].image `image` is missing in `containers[0]`
    MissingField spec.template.spec.containers[0].name `name` is missing in `containers[0]`
    MissingField spec.template.spec.containers[2].image `image` is missing in `containers[2]`
    MissingField spec.template.spec.containers[1].name `name` is missing in `containers[1]`
    MissingField spec.template.spec.containers[1].image `image` is missing in `containers[1]`
    ");
    assert_snapshot!(check(&deployment("containers: null")), @"MissingField spec.template.spec.containers: `containers` has no value");
    assert_snapshot!(check("{apiVersion: apps/v1, kind: Deployment}"), @r"
    MissingField spec `spec` is missing
    MissingField metadata `metadata` is missing
    ");
    assert_snapshot!(check("{apiVersion: v1, kind: Pod, metadata: {}, spec: {}}"), @r"
    MissingField spec.containers `containers` is missing in `spec`
    MissingField metadata.name `name` is missing in `metadata`
    ");
    assert_snapshot!(check("{kind: Pod, apiVersion: ''}"), @"MissingField apiVersion: `apiVersion` has no value");
    assert_snapshot!(check("[]"), @r"
    WrongType  the object must be a mapping, not a list
        it is one mapping here, not a list of them
    ");
}

#[test]
fn what_the_api_server_fills_in_is_not_missed() {
    let binding = "
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {generateName: read-}
roleRef: {kind: Role, name: read}
";
    assert_eq!(check_in("1.25", binding), "");
}

#[test]
fn a_status_needs_not_be_whole() {
    let yaml = "
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {ports: [{port: 80}]}
status: {conditions: [{message: 1}], loadBalancer: {ingres: []}}
";
    assert_snapshot!(check(yaml), @r#"
    WrongType status.conditions[0].message `message` must be a string, not the number `1`
        quote it: `"1"`
    UnknownField status.loadBalancer.ingres: unknown field `ingres` in `loadBalancer`
        did you mean `ingress`?
    "#);
}

#[test]
fn values_are_among_those_allowed() {
    let yaml = deployment(
        "
restartPolicy: always
dnsPolicy: Nonsense
containers:
  - {name: a, image: b, imagePullPolicy: Allways}
tolerations:
  - {operator: '', effect: NoRun}
",
    );
    assert_snapshot!(check(&yaml), @r"
    InvalidValue spec.template.spec.restartPolicy `restartPolicy` must not be `always`: expected one of `Always`, `OnFailure`, `Never`
        did you mean `Always`?
    InvalidValue spec.template.spec.dnsPolicy `dnsPolicy` must not be `Nonsense`: expected one of `ClusterFirst`, `ClusterFirstWithHostNet`, `Default`, `None`
    InvalidValue spec.template.spec.containers[0].imagePullPolicy `imagePullPolicy` must not be `Allways`: expected one of `Always`, `IfNotPresent`, `Never`
        did you mean `Always`?
    InvalidValue spec.template.spec.tolerations[0].effect `effect` must not be `NoRun`: expected one of `NoSchedule`, `PreferNoSchedule`, `NoExecute`
    MissingField spec.template.spec.tolerations[0].operator: `operator` is empty
        without a key, which means all taints, the operator is `Exists`
    ");
    let policy = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {policyTypes: [Ingres, '']}
";
    assert_snapshot!(check(policy), @r"
    InvalidValue spec.policyTypes[0] `policyTypes[0]` must not be `Ingres`: expected one of `Ingress`, `Egress`
        did you mean `Ingress`?
    InvalidValue spec.policyTypes[1] `policyTypes[1]` must not be empty: expected one of `Ingress`, `Egress`
    ");
}

#[test]
fn keys_of_lists_differ() {
    let yaml = deployment(
        "
containers:
  - name: a
    image: b
    ports:
      - {containerPort: 80}
      - {containerPort: 80, protocol: UDP}
      - {containerPort: 80, protocol: TCP}
    env: [{name: A}, {name: B}, {name: A}, {name: A}]
  - {name: a, image: c}
",
    );
    assert_snapshot!(check(&yaml), @r"
    DuplicateApplyKey spec.template.spec.containers[0].ports[2] items 0 and 2 of `ports` have the same `containerPort` and `protocol`: `80` and `TCP`
        remove or rename one of them: server-side apply rejects both
    DuplicateApplyKey spec.template.spec.containers[0].env[2] items 0 and 2 of `env` have the same `name`: `A`
        remove or rename one of them: server-side apply rejects both
    DuplicateApplyKey spec.template.spec.containers[0].env[3] items 0 and 3 of `env` have the same `name`: `A`
        remove or rename one of them: server-side apply rejects both
    DuplicateListKey spec.template.spec.containers[1].name duplicate container `a`
    ");
    let many: String = (0..40)
        .map(|i| format!("{{name: v{}}}, ", i % 39))
        .collect();
    let yaml = deployment(&format!(
        "containers: [{{name: a, image: b, env: [{many}]}}]"
    ));
    assert_snapshot!(check(&yaml), @r"
    DuplicateApplyKey spec.template.spec.containers[0].env[39] items 0 and 39 of `env` have the same `name`: `v0`
        remove or rename one of them: server-side apply rejects both
    ");
    let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, finalizers: [x/y, x/z, x/y]}}";
    assert_snapshot!(check(map), @r"
    DuplicateApplyKey metadata.finalizers[2] items 0 and 2 of `finalizers` are equal
        remove one of them
    ");
}

#[test]
fn values_of_secrets_are_never_shown() {
    let secret = "
apiVersion: v1
kind: Secret
metadata: {name: db, annotations: {shown: 1}}
data: {password: hunter2!, key: 12345, ok: b2s=}
stringData: {pin: 98765, flag: true}
type: [Opaque]
";
    let said = check(secret);
    for hidden in ["hunter2", "12345", "98765"] {
        assert!(!said.contains(hidden), "{said}");
    }
    assert_snapshot!(said, @r#"
    WrongType metadata.annotations.shown `shown` must be a string, not the number `1`
        quote it: `"1"`
    InvalidValue data.password `password` is not valid base64
        encode it, or move it to `stringData`, which takes plain text
    WrongType data.key `key` must be a string, not a number
        quote it
    WrongType stringData.pin `pin` must be a string, not a number
        quote it
    WrongType stringData.flag `flag` must be a string, not a boolean
        quote it
    WrongType type `type` must be a string, not a list
    "#);
}

#[test]
fn metadata_is_judged_without_a_schema() {
    let yaml = "
apiVersion: example.com/v1
kind: Widget
metadata: {name: w, label: {a: b}, annotations: {n: 1}}
anything: [goes]
";
    assert_snapshot!(check(yaml), @r#"
    UnknownField metadata.label: unknown field `label` in `metadata`
        did you mean `labels`?
    WrongType metadata.annotations.n `n` must be a string, not the number `1`
        quote it: `"1"`
    "#);
    let catalog = Catalog::builtin();
    let verdict = judge(&catalog, yaml, Version::NEWEST, Dialect::Kustomize);
    assert_eq!(verdict.coverage, Coverage::NoSchema);
}

#[test]
fn placeholders_are_counted_and_not_judged() {
    let yaml = deployment(
        "
hostNetwork: ${HOST:=true}
priority: ${PRIORITY}
dnsPolicy: ${POLICY}
tolerations: ${TOLERATIONS}
${EXTRA}: 1
containers:
  - name: a
    image: b:${TAG}
    resources: {limits: {memory: '${SIZE}Gi'}}
",
    );
    let catalog = Catalog::builtin();
    let verdict = judge(&catalog, &yaml, Version::NEWEST, Dialect::Kustomize);
    assert_eq!(print(&verdict), "");
    assert_eq!(verdict.unchecked.placeholders, 6);
}

#[test]
fn schemas_of_custom_resources_are_fields_too() {
    let yaml = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespace
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: objekt
              additionalProperties: true
              default: {any: [thing]}
              properties:
                list: {type: array, items: {typ: string}}
                map: {type: object, additionalProperties: {tipe: string}}
                both: {type: array, items: [{type: string}, {typo: string}]}
";
    assert_snapshot!(check(yaml), @r#"
    InvalidValue spec.scope `scope` must not be `Namespace`: expected one of `Cluster`, `Namespaced`
        did you mean `Namespaced`?
    InvalidValue spec.versions[0].schema.openAPIV3Schema.properties.spec.type `type` must not be `objekt`: expected one of `array`, `boolean`, `integer`, `number`, `object`, `string`
        did you mean `object`?
    UnknownField spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.list.items.typ: unknown field `typ` in `items`
        did you mean `type`?
    UnknownField spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.map.additionalProperties.tipe: unknown field `tipe` in `additionalProperties`
        did you mean `type`?
    UnknownField spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.both.items[1].typo: unknown field `typo` in `items[1]`
        did you mean `type`?
    InvalidValue spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.both.items `items` must be one schema, not a list of them
    "#);
}

#[test]
fn lists_are_judged_by_item() {
    let yaml = "
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {n: 1}}
  - {apiVersion: example.com/v1, kind: Widget}
  - text
";
    assert_snapshot!(check(yaml), @r#"
    WrongType items[0].data.n `n` must be a string, not the number `1`
        quote it: `"1"`
    WrongType items[2] `items[2]` must be a mapping, not the text `text`
    "#);
}

#[test]
fn nesting_is_limited() {
    let mut yaml = String::from("{apiVersion: v1, kind: List, items: [");
    for _ in 0..70 {
        yaml.push_str("{apiVersion: v1, kind: List, items: [");
    }
    yaml.push_str(&"]}".repeat(71));
    let catalog = Catalog::builtin();
    let verdict = judge(&catalog, &yaml, Version::NEWEST, Dialect::Kustomize);
    assert_eq!(verdict.unchecked.values, 1);
}

#[test]
fn the_number_of_violations_is_limited() {
    let typos: String = (0..1000).map(|i| format!("typo{i}: 1\n")).collect();
    let yaml = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: b}}]}}\n{typos}"
    );
    let catalog = Catalog::builtin();
    let verdict = judge(&catalog, &yaml, Version::NEWEST, Dialect::Kustomize);
    assert_eq!(verdict.violations.len(), 200);
    assert_eq!(verdict.unchecked.violations, 800);
}
