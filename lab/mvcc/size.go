package mvcc

// etcd's database file is made of pages and begins with five, one of them free.
const (
	pageBytes  = 4096
	firstPages = 4
)

// A database file as etcd's would be for this store: a write needs new pages
// before the old ones are free, the file never shrinks by itself, and a
// compaction only makes pages free. Bytes of a page are not accounted for
// exactly; what one sees is the shape of it.

// Size is the size of the database file and how much of it is in use, in bytes.
func (s *Store) Size() (file, used int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	used = s.usedPages()
	return max(s.pages, used+1) * pageBytes, used * pageBytes
}

func (s *Store) usedPages() int64 { return firstPages + s.bytes/pageBytes }

// grow is called after a write of so many bytes.
func (s *Store) grow(written int64) {
	s.pages = max(s.pages, s.usedPages()+1+written/pageBytes)
}

// Defragment makes the file as small as it can be.
func (s *Store) Defragment() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages = 0
}
