package content

// PartSummaries say of each part of the course what it is about, for the map.
var PartSummaries = map[string]string{
	"Foundations": "What etcd is, why one machine is not enough, and what three of them do together.",
	"Agreement":   "Elections, logs, quorums: how members agree, and what they refuse to do without a majority.",
	"Operations":  "Grow it, mend it, back it up. Everything that goes wrong in the first years of a cluster.",
	"Kubernetes":  "Where etcd stands below a control plane, and six incidents to practise on.",
}
