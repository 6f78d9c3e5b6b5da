package tool

import "fmt"

// Bytes is a size as etcd's tools print it: SI units, one decimal below ten,
// tenths rounded before wholes (20512 is 20.5 kB, hence 20 kB).
func Bytes(n int64) string {
	if n < 10 {
		return fmt.Sprintf("%d B", max(0, n))
	}
	units := []string{"B", "kB", "MB", "GB", "TB", "PB", "EB"}
	size := int64(1)
	i := 0
	for ; n/size >= 1000; i++ {
		size *= 1000
	}
	tenths := n/size*10 + (n%size*10+size/2)/size
	if i == 0 {
		tenths = n * 10
	}
	if tenths < 100 {
		return fmt.Sprintf("%d.%d %s", tenths/10, tenths%10, units[i])
	}
	return fmt.Sprintf("%.0f %s", float64(tenths)/10, units[i])
}
