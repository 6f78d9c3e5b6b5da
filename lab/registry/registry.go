// Package registry is a Kubernetes cluster as etcd sees it: the keys below
// /registry that a small cluster keeps there, each with a value. Keys are those
// of a real cluster (https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
// shows one); values have the shape of the real objects, as JSON. The real API
// server writes most built-in types as protobuf, behind the bytes "k8s\x00",
// which nobody can read; it writes custom resources as JSON.
//
// The same objects come each time: nothing here is left to chance.
package registry

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"
)

// Object is one key and its value.
type Object struct{ Key, Value string }

// Prefix is what every key begins with, as kube-apiserver's --etcd-prefix has it.
const Prefix = "/registry/"

// created is when everything was made: some time before a world's epoch.
const created = "2026-11-20T08:00:00Z"

type fields = map[string]any

// app is a deployment with what belongs to it.
type app struct {
	namespace, name, image string
	replicas, port         int
	secret                 fields // name to text; nil: it has none
	config                 fields
}

var namespaces = []string{"default", "kube-node-lease", "kube-public", "kube-system", "monitoring", "shop"}

var controlPlane = []string{"master-1", "master-2", "master-3"}

var workers = []string{"worker-1", "worker-2", "worker-3", "worker-4"}

var apps = []app{
	{"kube-system", "coredns", "registry.k8s.io/coredns/coredns:v1.12.1", 2, 53, nil, fields{"Corefile": ".:53 {\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n}\n"}},
	{"kube-system", "metrics-server", "registry.k8s.io/metrics-server/metrics-server:v0.8.0", 1, 4443, nil, nil},
	{"monitoring", "prometheus", "prom/prometheus:v3.5.0", 2, 9090, nil, fields{"scrape_interval": "15s"}},
	{"monitoring", "grafana", "grafana/grafana:12.1.0", 1, 3000, fields{"admin-password": "correct horse"}, nil},
	{"shop", "frontend", "shop/frontend:2.4.1", 4, 80, nil, fields{"currency": "EUR", "theme": "autumn"}},
	{"shop", "cart", "shop/cart:1.9.0", 3, 8080, fields{"session-key": "5f1c0de5"}, fields{"max_items": "99"}},
	{"shop", "orders", "shop/orders:3.2.0", 3, 8080, fields{"db-password": "battery staple"}, fields{"retries": "3"}},
	{"shop", "payments", "shop/payments:1.1.7", 2, 8443, fields{"api-token": "tok_live_0000"}, fields{"provider": "example"}},
	{"default", "web", "nginx:1.29", 3, 80, nil, nil},
}

// Objects are all keys with their values, in the order of the keys.
func Objects() []Object {
	var b builder
	for _, name := range namespaces {
		b.namespace(name)
	}
	for i, name := range controlPlane {
		b.node(name, fmt.Sprintf("10.0.1.%d", 11+i), "control-plane")
		b.controlPlanePods(name)
	}
	for i, name := range workers {
		b.node(name, fmt.Sprintf("10.0.1.%d", 21+i), "worker")
	}
	for i, a := range apps {
		b.app(i, a)
	}
	b.rest()
	sort.Slice(b.all, func(i, j int) bool { return b.all[i].Key < b.all[j].Key })
	return b.all
}

type builder struct {
	all  []Object
	pods int
}

// put adds an object; a namespace that is empty means that its kind has none.
func (b *builder) put(folder, namespace, name, apiVersion, kind string, more fields) {
	key := Prefix + folder + "/"
	meta := fields{"name": name, "creationTimestamp": created, "uid": uid(kind, namespace, name)}
	if namespace != "" {
		key += namespace + "/"
		meta["namespace"] = namespace
	}
	object := fields{"apiVersion": apiVersion, "kind": kind, "metadata": meta}
	for field, value := range more {
		object[field] = value
	}
	text, err := json.Marshal(object)
	if err != nil {
		panic(err) // only texts, numbers and maps of them go in
	}
	b.all = append(b.all, Object{key + name, string(text)})
}

// uid has the form of a UUID.
func uid(words ...string) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(words)))
	s := hex.EncodeToString(sum[:16])
	return s[:8] + "-" + s[8:12] + "-4" + s[13:16] + "-a" + s[17:20] + "-" + s[20:]
}

// suffix is what Kubernetes puts behind a generated name.
func suffix(n int, words ...string) string {
	const letters = "bcdfghjklmnpqrstvwxz2456789"
	sum := sha256.Sum256([]byte(fmt.Sprint(words)))
	text := make([]byte, n)
	for i := range text {
		text[i] = letters[int(sum[i])%len(letters)]
	}
	return string(text)
}

func (b *builder) namespace(name string) {
	b.put("namespaces", "", name, "v1", "Namespace", fields{"status": fields{"phase": "Active"}})
	b.put("serviceaccounts", name, "default", "v1", "ServiceAccount", nil)
	b.put("configmaps", name, "kube-root-ca.crt", "v1", "ConfigMap", fields{"data": fields{"ca.crt": "-----BEGIN CERTIFICATE-----\n(the cluster's own CA)\n-----END CERTIFICATE-----\n"}})
}

func (b *builder) node(name, ip, role string) {
	b.put("minions", "", name, "v1", "Node", fields{
		"spec": fields{"podCIDR": "10.244." + ip[len("10.0.1."):] + ".0/24"},
		"status": fields{
			"addresses":  []fields{{"type": "InternalIP", "address": ip}, {"type": "Hostname", "address": name}},
			"conditions": []fields{{"type": "Ready", "status": "True"}}, "nodeInfo": fields{"kubeletVersion": "v1.34.2"},
		},
		"role": role,
	})
	b.put("leases", "kube-node-lease", name, "coordination.k8s.io/v1", "Lease", fields{"spec": fields{"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": created}})
	b.pod("kube-system", "kube-proxy-"+suffix(5, "proxy", name), "registry.k8s.io/kube-proxy:v1.34.2", name)
}

// controlPlanePods are the static pods that kubeadm puts on such a node.
func (b *builder) controlPlanePods(node string) {
	for _, component := range []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"} {
		image := "registry.k8s.io/" + component + ":v1.34.2"
		if component == "etcd" {
			image = "registry.k8s.io/etcd:3.6.5-0"
		}
		b.pod("kube-system", component+"-"+node, image, node)
	}
}

func (b *builder) pod(namespace, name, image, node string) {
	b.pods++
	b.put("pods", namespace, name, "v1", "Pod", fields{
		"spec":   fields{"nodeName": node, "containers": []fields{{"name": "main", "image": image}}},
		"status": fields{"phase": "Running", "podIP": fmt.Sprintf("10.244.%d.%d", b.pods%7, 10+b.pods)},
	})
}

func (b *builder) app(i int, a app) {
	hash := suffix(10, "replicaset", a.namespace, a.name)
	labels := fields{"app": a.name}
	template := fields{"containers": []fields{{"name": a.name, "image": a.image}}}
	b.put("deployments", a.namespace, a.name, "apps/v1", "Deployment", fields{
		"spec":   fields{"replicas": a.replicas, "selector": fields{"matchLabels": labels}, "template": fields{"spec": template}},
		"status": fields{"readyReplicas": a.replicas, "observedGeneration": 1},
	})
	b.put("replicasets", a.namespace, a.name+"-"+hash, "apps/v1", "ReplicaSet", fields{"spec": fields{"replicas": a.replicas}, "status": fields{"readyReplicas": a.replicas}})
	for n := range a.replicas {
		b.pod(a.namespace, a.name+"-"+hash+"-"+suffix(5, a.name, fmt.Sprint(n)), a.image, workers[(i+n)%len(workers)])
	}
	b.put("services/specs", a.namespace, a.name, "v1", "Service", fields{"spec": fields{
		"clusterIP": fmt.Sprintf("10.96.0.%d", 20+i), "selector": labels, "ports": []fields{{"port": a.port, "protocol": "TCP"}},
	}})
	b.put("services/endpoints", a.namespace, a.name, "v1", "Endpoints", fields{"subsets": []fields{{"ports": []fields{{"port": a.port}}}}})
	b.put("serviceaccounts", a.namespace, a.name, "v1", "ServiceAccount", nil)
	if a.config != nil {
		b.put("configmaps", a.namespace, a.name, "v1", "ConfigMap", fields{"data": a.config})
	}
	if a.secret != nil {
		b.put("secrets", a.namespace, a.name, "v1", "Secret", fields{"type": "Opaque", "data": encoded(a.secret)})
	}
}

// encoded is what a Secret's data looks like: base64, which hides nothing.
func encoded(plain fields) fields {
	data := fields{}
	for name, text := range plain {
		data[name] = base64.StdEncoding.EncodeToString([]byte(text.(string)))
	}
	return data
}

// rest is what there is once in a cluster.
func (b *builder) rest() {
	for _, component := range []string{"kube-controller-manager", "kube-scheduler"} {
		b.put("leases", "kube-system", component, "coordination.k8s.io/v1", "Lease", fields{"spec": fields{
			"holderIdentity": "master-1_" + uid(component), "leaseDurationSeconds": 15, "leaseTransitions": 2, "renewTime": created,
		}})
	}
	for i, node := range controlPlane {
		b.put("masterleases", "", fmt.Sprintf("10.0.1.%d", 11+i), "v1", "Endpoints", fields{"subsets": []fields{{"addresses": []fields{{"ip": fmt.Sprintf("10.0.1.%d", 11+i), "nodeName": node}}}}})
	}
	b.put("services/specs", "default", "kubernetes", "v1", "Service", fields{"spec": fields{"clusterIP": "10.96.0.1", "ports": []fields{{"port": 443, "protocol": "TCP"}}}})
	for _, role := range []string{"admin", "cluster-admin", "edit", "view"} {
		b.put("clusterroles", "", role, "rbac.authorization.k8s.io/v1", "ClusterRole", nil)
	}
	b.put("clusterrolebindings", "", "cluster-admin", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", fields{"roleRef": fields{"kind": "ClusterRole", "name": "cluster-admin"}})
	b.put("priorityclasses", "", "system-node-critical", "scheduling.k8s.io/v1", "PriorityClass", fields{"value": 2000001000})
	b.put("storageclasses", "", "standard", "storage.k8s.io/v1", "StorageClass", fields{"provisioner": "kubernetes.io/no-provisioner"})
	b.put("ranges", "", "serviceips", "v1", "RangeAllocation", fields{"range": "10.96.0.0/12"})
}
