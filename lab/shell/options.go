package shell

import (
	"fmt"
	"strings"
)

// optionSet is the options a utility was given, by letter.
type optionSet map[byte]string

func (o optionSet) has(letter byte) bool { _, ok := o[letter]; return ok }

func (o optionSet) value(letter byte) (string, bool) { v, ok := o[letter]; return v, ok }

// parseOptions reads options as GNU's getopt does, wherever they stand: letters
// in plain are switches, those in valued take a value. names maps long options
// to letters. "--" ends the options.
func parseOptions(args []string, plain, valued string, names ...string) (optionSet, []string, error) {
	return readOptions(args, plain, valued, names, false)
}

// parseLeading is parseOptions that ends at the first operand.
func parseLeading(args []string, plain, valued string, names ...string) (optionSet, []string, error) {
	return readOptions(args, plain, valued, names, true)
}

func readOptions(args []string, plain, valued string, names []string, leading bool) (optionSet, []string, error) {
	o := optionSet{}
	var operands []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return o, append(operands, args[i+1:]...), nil
		case strings.HasPrefix(arg, "--"):
			used, err := o.long(arg[2:], args[i+1:], plain, names)
			if err != nil {
				return nil, nil, err
			}
			i += used
		case len(arg) > 1 && arg[0] == '-':
			used, err := o.short(arg, args[i+1:], plain, valued)
			if err != nil {
				return nil, nil, err
			}
			i += used
		case leading:
			return o, args[i:], nil
		default:
			operands = append(operands, arg)
		}
	}
	return o, operands, nil
}

func (o optionSet) short(arg string, rest []string, plain, valued string) (used int, err error) {
	for j := 1; j < len(arg); j++ {
		letter := arg[j]
		switch {
		case strings.IndexByte(plain, letter) >= 0:
			o[letter] = ""
		case strings.IndexByte(valued, letter) < 0:
			return 0, fmt.Errorf("invalid option -- '%c'", letter)
		case j+1 < len(arg):
			o[letter] = arg[j+1:]
			return 0, nil
		case len(rest) == 0:
			return 0, fmt.Errorf("option requires an argument -- '%c'", letter)
		default:
			o[letter] = rest[0]
			return 1, nil
		}
	}
	return 0, nil
}

// long reads a long option; names are "letter=name".
func (o optionSet) long(arg string, rest []string, plain string, names []string) (used int, err error) {
	name, value, has := strings.Cut(arg, "=")
	for _, known := range names {
		if known[2:] != name {
			continue
		}
		letter := known[0]
		switch {
		case strings.IndexByte(plain, letter) >= 0 && has:
			return 0, fmt.Errorf("option '--%s' doesn't allow an argument", name)
		case strings.IndexByte(plain, letter) >= 0 || has:
			o[letter] = value
			return 0, nil
		case len(rest) == 0:
			return 0, fmt.Errorf("option '--%s' requires an argument", name)
		}
		o[letter] = rest[0]
		return 1, nil
	}
	return 0, fmt.Errorf("unrecognized option '--%s'", name)
}

// repeated takes an option that may be given several times, with its values,
// out of the arguments.
func repeated(args []string, option string) (values, rest []string) {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--":
			return values, append(rest, args[i:]...)
		case args[i] == option && i+1 < len(args):
			i++
			values = append(values, args[i])
		default:
			rest = append(rest, args[i])
		}
	}
	return values, rest
}
