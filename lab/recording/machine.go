package recording

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

// Machine is where one member of a world runs. A world that lists none has its
// members m1, m2, … at 10.0.0.11, 10.0.0.12, …; one that takes the addresses
// of somebody else's cluster lists them, and so its members get the IDs that
// they have there.
type Machine struct {
	Name   string `json:"name,omitempty"` // m1, m2, … by its place in the list
	Client string `json:"client"`         // URL of the client port: http://10.0.0.11:2379
	Peer   string `json:"peer"`           // URL of the peer port, of the same address: http://10.0.0.11:2380
}

// Workstation is the learner's own machine, and its address.
const (
	Workstation        = "workstation"
	WorkstationAddress = "10.0.0.10"
)

// Ports that members listen on.
const (
	ClientPort = 2379
	PeerPort   = 2380
)

// MaxMembers bounds a world's machines, those that run a member at boot and
// those that wait for one.
const MaxMembers = 9

// defaultMembers is the size of a world that names none.
const defaultMembers = 3

// Machine is the i-th machine of a world, counted from 1: as listed, or as a
// world that lists none has it.
func (w *World) Machine(i int) Machine {
	scheme := "http"
	if w.TLS != nil {
		scheme = "https"
	}
	m := Machine{
		Name:   fmt.Sprintf("m%d", i),
		Client: fmt.Sprintf("%s://10.0.0.%d:%d", scheme, 10+i, ClientPort),
		Peer:   fmt.Sprintf("%s://10.0.0.%d:%d", scheme, 10+i, PeerPort),
	}
	if i > len(w.Machines) {
		return m
	}
	listed := w.Machines[i-1]
	if listed.Name == "" {
		listed.Name = m.Name
	}
	return listed
}

// MachineCount is the number of a world's machines: its members, and those
// that are listed beyond them.
func (w *World) MachineCount() int { return max(w.Size(), len(w.Machines)) }

// Size is the number of members at boot.
func (w *World) Size() int {
	if w.Members == 0 {
		return defaultMembers
	}
	return w.Members
}

// Secure tells whether members of this world speak TLS.
func (w *World) Secure() bool {
	if w.TLS != nil {
		return true
	}
	for _, m := range w.Machines {
		if strings.HasPrefix(m.Client, "https://") || strings.HasPrefix(m.Peer, "https://") {
			return true
		}
	}
	return false
}

var certificateName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

func (w *World) checkTLS() error {
	if w.TLS == nil {
		return nil
	}
	for field, name := range map[string]string{"server": w.TLS.Server, "peer": w.TLS.Peer} {
		if name != "" && !certificateName.MatchString(name) {
			return fmt.Errorf("world.tls.%s: expected the name of a certificate, such as server-expired, not %.40q", field, name)
		}
	}
	return nil
}

// IP is the address of a machine that was checked.
func (m Machine) IP() string {
	address, _ := m.address(m.Client, ClientPort)
	return address
}

var machineName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,15}$`)

// address takes the IP out of a URL.
func (m Machine) address(url string, port int) (string, error) {
	_, rest, found := strings.Cut(url, "://")
	at, err := netip.ParseAddrPort(rest)
	if !found || err != nil || !at.Addr().Is4() || int(at.Port()) != port || !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
		return "", fmt.Errorf("expected a URL such as http://10.0.0.11:%d (http or https, an IPv4 address, port %d), not %.80q", port, port, url)
	}
	return at.Addr().String(), nil
}

// checkMachines holds the list of machines to its limits.
func (w *World) checkMachines() error {
	if len(w.Machines) == 0 {
		return nil
	}
	if len(w.Machines) < w.Size() || len(w.Machines) > MaxMembers {
		return fmt.Errorf("world.machines: %d are listed; expected one for each of the %d members, and %d at most", len(w.Machines), w.Size(), MaxMembers)
	}
	names, addresses := map[string]bool{Workstation: true}, map[string]bool{WorkstationAddress: true}
	for i := range w.Machines {
		field := fmt.Sprintf("world.machines[%d]", i)
		m := w.Machine(i + 1)
		client, err := m.address(m.Client, ClientPort)
		if err != nil {
			return fmt.Errorf("%s.client: %w", field, err)
		}
		peer, err := m.address(m.Peer, PeerPort)
		if err != nil {
			return fmt.Errorf("%s.peer: %w", field, err)
		}
		switch {
		case !machineName.MatchString(m.Name):
			return fmt.Errorf("%s.name: expected a lower-case letter and up to 15 more letters, digits and hyphens, not %.80q", field, m.Name)
		case names[m.Name]:
			return fmt.Errorf("%s.name: %s is taken", field, m.Name)
		case client != peer:
			return fmt.Errorf("%s.peer: a machine has one address; %s is not %s", field, peer, client)
		case addresses[client]:
			return fmt.Errorf("%s.client: %s is taken", field, client)
		}
		names[m.Name], addresses[client] = true, true
	}
	return nil
}

// isMachine tells whether a world has a machine of this name.
func (w *World) isMachine(name string) bool {
	for i := range w.MachineCount() {
		if w.Machine(i+1).Name == name {
			return true
		}
	}
	return false
}
