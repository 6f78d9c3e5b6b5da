package awk

// walk visits every call of a program.
func walk(p *Program, visit func(*callExpr)) {
	w := walker{visit}
	for _, list := range p.begin {
		w.statements(list)
	}
	for _, list := range p.end {
		w.statements(list)
	}
	for _, r := range p.rules {
		w.expr(r.from)
		w.expr(r.to)
		w.statements(r.body)
	}
	for _, f := range p.functions {
		w.statements(f.body)
	}
}

type walker struct{ visit func(*callExpr) }

func (w walker) statements(list []stmt) {
	for _, s := range list {
		w.statement(s)
	}
}

func (w walker) statement(s stmt) {
	switch s := s.(type) {
	case *exprStmt:
		w.expr(s.x)
	case *printStmt:
		w.exprs(s.args)
		w.expr(s.target)
	case *ifStmt:
		w.expr(s.test)
		w.statements(s.yes)
		w.statements(s.no_)
	case *loopStmt:
		w.statement(s.init)
		w.expr(s.test)
		w.statement(s.post)
		w.statements(s.body)
	case *eachStmt:
		w.statements(s.body)
	case *deleteStmt:
		w.exprs(s.keys)
	case *returnStmt:
		w.expr(s.x)
	case *exitStmt:
		w.expr(s.x)
	case *blockStmt:
		w.statements(s.body)
	}
}

func (w walker) exprs(list []expr) {
	for _, x := range list {
		w.expr(x)
	}
}

func (w walker) expr(x expr) {
	switch x := x.(type) {
	case *fieldExpr:
		w.expr(x.index)
	case *indexExpr:
		w.exprs(x.keys)
	case *assignExpr:
		w.expr(x.to)
		w.expr(x.value)
	case *condExpr:
		w.exprs([]expr{x.test, x.yes, x.no})
	case *binaryExpr:
		w.exprs([]expr{x.x, x.y})
	case *unaryExpr:
		w.expr(x.x)
	case *incExpr:
		w.expr(x.x)
	case *matchExpr:
		w.exprs([]expr{x.x, x.y})
	case *inExpr:
		w.exprs(x.keys)
	case *groupExpr:
		w.exprs(x.list)
	case *callExpr:
		w.visit(x)
		w.exprs(x.args)
	case *getlineExpr:
		w.expr(x.to)
		w.expr(x.file)
	}
}
