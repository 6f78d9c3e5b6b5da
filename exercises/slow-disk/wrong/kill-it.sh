# stops at: handed-over
lab kill leader
lab until leader
lab load --writes 200
