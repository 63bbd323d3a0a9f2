#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The low-level layers of the bindings, written from the public headers, and what each binding covers.

Usage: bindings.py python | julia | table    prints one of them
       bindings.py write | check             all of them, in their places; check also compares the struct layouts

Python and Julia are written here, R by bindings_r.py, Rust by examples/rust/scilama-sys/generate.py; C++ has the headers themselves.
A public function that a binding lacks, in its low-level layer or in the one above it, and a layer or table that is not what the headers
say, fail the check.
Standard library only; needs a C compiler."""
import ctypes
import importlib.util
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import bindings_r
import comments
import interface

GUIDE = interface.ROOT / "docs" / "guides" / "bindings.md"
BEGIN, END = "<!-- coverage: made by tests/abi/bindings.py -->", "<!-- end of coverage -->"
SCALARS = {"int32_t": ("c_int32", "Int32"), "int64_t": ("c_int64", "Int64"), "uint64_t": ("c_uint64", "UInt64"),
           "uint32_t": ("c_uint32", "UInt32"), "uint16_t": ("c_uint16", "UInt16"), "uint8_t": ("c_uint8", "UInt8"),
           "size_t": ("c_size_t", "Csize_t"), "float": ("c_float", "Float32"), "double": ("c_double", "Float64"),
           "char": ("c_char", "UInt8"), "int": ("c_int", "Cint"), "scilama_status": ("c_int32", "Int32")}
PYTHON_SCALARS = {c: python for c, (python, _) in SCALARS.items()}
JULIA_WORDS = {"in", "end", "function", "type", "where", "global", "local", "module", "begin", "quote", "let", "isa"}


def bare(kind):
    return re.sub(r"\b(const|struct)\b", "", kind).replace(" ", "")


# ---------------------------------------------------------------- Python

def python_type(kind, callbacks=()):
    name = bare(kind)
    if name == "char*" and "const" in kind:
        return "c_char_p"
    return name if name in callbacks else PYTHON_SCALARS.get(name, "c_void_p")


def behind(name, said):
    return "  # " + said[name] if name in said else ""


def python():
    i, said = interface.describe(), comments.described()
    names = {name for name, _, _ in i.callbacks}
    out = ["# SPDX-License-Identifier: MIT", "# Made by tests/abi/bindings.py from the public headers; never edited by hand.",
           '"""libscilama as it is, for ctypes: numbers, structs, callbacks, and the types of every function.', "",
           'declare(library) gives the functions of a loaded library their types. scilama.py is the module to use."""',
           "from ctypes import (CFUNCTYPE, Structure, c_char, c_char_p, c_double, c_float, c_int32, c_int64, c_size_t,",
           "                    c_uint8, c_uint64, c_void_p)", ""]
    out += ["%s = %d%s" % (name, number, behind(name, said)) for name, number in i.constants.items()] + [""]
    for name, fields in i.structs:
        out += ["", "class %s(Structure):" % name, '    """%s"""' % said[name], ""]
    # Callbacks take pointers to structs, and structs hold callbacks.
    out += [""]
    for name, result, parameters in i.callbacks:
        kinds = ["None" if result == "void" else python_type(result)] + [python_type(k) for _, k in parameters]
        out.append("%s = CFUNCTYPE(%s)" % (name, ", ".join(kinds)))
    for name, fields in i.structs:
        out += ["", "%s._fields_ = [" % name]
        for field, kind, elements in fields:
            kind = python_type(kind, names) + (" * %d" % elements if elements else "")
            out.append('    ("%s", %s),%s' % (field, kind, behind("%s.%s" % (name, field), said)))
        out.append("]")
    out += ["", "# name: (result, arguments, what it does)", "FUNCTIONS = {"]
    for name, result, parameters in i.functions:
        back = "None" if result == "void" else python_type(result)
        out.append('    "%s": (%s, [%s],' % (name, back, ", ".join(python_type(k) for _, k in parameters)))
        out.append('        """%s"""),' % said[name].replace("\\", "\\\\"))
    out += ["}", "", "", "def declare(library):", '    """Functions that an older library lacks are left out."""',
            "    for name, (result, arguments, text) in FUNCTIONS.items():", "        function = getattr(library, name, None)",
            "        if function is not None:", "            function.restype, function.argtypes, function.__doc__ = result, arguments, text",
            "    return library", ""]
    return "\n".join(out)


def layout_problems(text):
    """Compares the ctypes structs with tests/abi/layout.h."""
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("scilama_sys", None))
    exec(compile(text, "scilama_sys.py", "exec"), module.__dict__)
    problems, seen = [], set()
    for kind, args in re.findall(r"^(LAYOUT|FIELD)\((.*)\)$", (HERE / "layout.h").read_text(), re.M):
        name, *rest = (a.strip() for a in args.split(","))
        if not name.startswith("scilama_"):
            continue
        struct = getattr(module, name, None)
        if struct is None:
            problems.append("Python lacks struct %s" % name)
        elif kind == "LAYOUT":
            seen.add(name)
            if ctypes.sizeof(struct) != int(rest[0]):
                problems.append("%s has %d bytes in Python, %s in C" % (name, ctypes.sizeof(struct), rest[0]))
        else:
            field = getattr(struct, rest[0], None)
            if field is None or (field.offset, field.size) != (int(rest[1]), int(rest[2])):
                problems.append("%s.%s lies elsewhere in Python" % (name, rest[0]))
    return problems if seen else problems + ["layout.h names no struct"]


# ----------------------------------------------------------------- Julia

def camel(name):
    return "".join(part.capitalize() for part in name[len("scilama_"):].split("_"))


def julia_type(kind, structs=()):
    name = bare(kind)
    if name in SCALARS:
        return SCALARS[name][1]
    if name == "char*" and "const" in kind and not structs:
        return "Cstring"
    if name.endswith("**"):
        return "Ptr{Ptr{UInt8}}" if name == "char**" else "Ptr{Ptr{Cvoid}}"
    return "Ptr{%s}" % SCALARS[name[:-1]][1] if name.endswith("*") and name[:-1] in SCALARS else "Ptr{Cvoid}"


def julia_name(name):
    return name + "_" if name in JULIA_WORDS else name


def julia_text(name, said, indent=""):
    """The docstring of a thing, if it has one."""
    if name not in said:
        return []
    text = re.sub(r'([\\"$])', r"\\\1", said[name])
    return [indent + '"%s"' % text] if "\n" not in text else [indent + '"""', *text.split("\n"), indent + '"""']


def julia():
    i, said = interface.describe(), comments.described()
    out = ["# SPDX-License-Identifier: MIT", "# Made by tests/abi/bindings.py from the public headers; never edited by hand.",
           '"libscilama as it is, by ccall: numbers, structs, every function. SciLaMA is the module to use."',
           "module LibSciLaMA", "", "using Libdl", "", "const library = Ref{Ptr{Cvoid}}(C_NULL)",
           "sym(name::Symbol) = Libdl.dlsym(library[], name)", ""]
    for name, number in i.constants.items():
        out += julia_text(name, said) + ["const %s = Int32(%d)" % (name, number)]
    out.append("")
    for name, fields in i.structs:
        out += julia_text(name, said) + ["struct %s" % camel(name)]
        for field, kind, elements in fields:
            out += julia_text("%s.%s" % (name, field), said, "    ")
            julia = julia_type(kind, structs=True)
            out.append("    %s::%s" % (julia_name(field), "NTuple{%d,%s}" % (elements, julia) if elements else julia))
        out += ["end", ""]
    for name, result, parameters in i.functions:
        names = [julia_name(n) for n, _ in parameters]
        kinds = [julia_type(k) for _, k in parameters]
        out += julia_text(name, said)
        out += ["%s(%s) =" % (name, ", ".join(names)), "    ccall(sym(:%s), %s, (%s), %s)" % (
            name, "Cvoid" if result == "void" else julia_type(result), ", ".join(kinds) + ("," if len(kinds) == 1 else ""),
            ", ".join(names))]
        out[-1] = out[-1].replace(", )", ")")
    layouts = {}
    for kind, args in re.findall(r"^(LAYOUT|FIELD)\((scilama_.*)\)$", interface.layout(), re.M):
        name, *rest = (a.strip() for a in args.split(","))
        if kind == "LAYOUT":
            layouts[name] = (rest[0], [])
        else:
            layouts[name][1].append(rest[1])
    out += ["", "# Bytes and offsets in C, on 64-bit machines.", "const LAYOUTS = ("]
    out += ["    (%s, %s, (%s,))," % (camel(name), size, ", ".join(offsets)) for name, (size, offsets) in layouts.items()]
    out += [")", "", '"Throws where a struct does not lie as in C."', "function check_layouts()", "    for (T, bytes, offsets) in LAYOUTS",
            '        sizeof(T) == bytes || error("$T has $(sizeof(T)) bytes, in C $bytes")',
            '        Tuple(Int.(fieldoffset.(T, 1:fieldcount(T)))) == offsets || error("the fields of $T do not lie as in C")',
            "    end", "end", "", "end", ""]
    return "\n".join(out)


# -------------------------------------------------------------- coverage

# Low-level layer, and the layer above it.
FILES = {"C++": ("include/scilama/scilama.h", "include/scilama"),
         "Rust": ("examples/rust/scilama-sys/src/bindings.rs", "examples/rust/scilama/src"),
         "Julia": ("examples/julia/SciLaMA.jl/src/LibSciLaMA.jl", "examples/julia/SciLaMA.jl/src"),
         "Python": ("examples/python/scilama_sys.py", "examples/python"),
         "R": ("examples/r/src/calls.c", "examples/r/R")}


R_SCRIPT = "examples/r/R/calls.R"
R_GLUE = "examples/r/src/glue.c"  # written by hand: where R functions are called back
# What the files of a layer that has several end with.
WRITTEN_IN = {"C++": "*.hpp", "Rust": "*.rs", "Julia": "*.jl", "Python": "*.py", "R": "*.R"}


def code(text, binding):
    """A source without its comments and documentation, in which a name is no call."""
    if binding in ("C++", "Rust"):
        return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)
    if binding in ("Julia", "Python"):
        text = re.sub(r'""".*?"""', " ", text, flags=re.S)
    return re.sub(r"^\s*[#\"][^\n]*", " ", text, flags=re.M)


def mentioned(text, names):
    """Functions that a text calls, by full name or by a name without the prefix in quotes or as a symbol."""
    found = {n for n in names if re.search(r"\b%s\b|[\":]%s\b|\bslm_%s\b" % (n, n[len("scilama_"):], n[len("scilama_"):]), text)}
    # Handles: Python makes _own("kind", …) of kind_create and kind_destroy, and defaults(Struct) of every _init.
    for kind in re.findall(r'_own\("(\w+)"', text):
        found |= {"scilama_%s_%s" % (kind, verb) for verb in ("create", "destroy")} & names
    for destroy in re.findall(r"^@handle \w+ :(\w+)", text, re.M):
        found.add("scilama_" + destroy)
    if "def defaults" in text or "defaults <- function" in text or "function defaults(::Type" in text:
        found |= {n for n in names if n.endswith("_init")}
    return found


def coverage():
    """{binding: (functions of the low-level layer, functions that the layer above it calls)}"""
    names = {f[0] for f in interface.functions()}
    out = {}
    for binding, (low, high) in FILES.items():
        text = (interface.ROOT / low).read_text(encoding="utf-8")
        below = set(names) if binding == "C++" else set(re.findall(r'^\s*(?:pub fn |SEXP R_|")?(scilama_\w+)[("]', text, re.M)) & names
        path = interface.ROOT / high
        above = "".join(code(p.read_text(encoding="utf-8"), binding) for p in sorted(path.glob(WRITTEN_IN[binding]))
                        if p not in (interface.ROOT / low, interface.ROOT / R_SCRIPT))
        if binding == "R":
            above += (interface.ROOT / R_GLUE).read_text(encoding="utf-8")
        out[binding] = below, mentioned(above, names)
    return out


def table():
    covered = coverage()
    names = [f[0] for f in interface.functions()]
    lines = ["| Function | C | %s |" % " | ".join(covered), "|---|---|%s" % ("---|" * len(covered))]
    for name in names:
        marks = ["●" if name in high else "○" if name in low else "–" for low, high in covered.values()]
        lines.append("| `%s` | ● | %s |" % (name, " | ".join(marks)))
    lines.append("| %d functions | %d | %s |" % (len(names), len(names), " | ".join(
        "%d of %d" % (len(high), len(low)) for low, high in covered.values())))
    return "\n".join(lines)


def guide():
    text = GUIDE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + "\n\n" + table() + "\n\n" + END + rest.partition(END)[2]


def check():
    names = {f[0] for f in interface.functions()}
    problems = ["%s has no comment in the headers" % name for name in comments.lacking()]
    for binding, (low, high) in coverage().items():
        problems += ["%s lacks %s" % (binding, name) for name in sorted(names - low)]
        problems += ["%s has %s only as a call of the low-level layer: wrap it in %s" % (binding, name, FILES[binding][1])
                     for name in sorted(low - high)]
    for path, now in ((FILES["Python"][0], python()), (FILES["Julia"][0], julia()), (FILES["R"][0], bindings_r.source()),
                      (R_SCRIPT, bindings_r.script()), (GUIDE, guide())):
        if (interface.ROOT / path).read_text(encoding="utf-8") != now:
            problems.append("%s is not what the headers say: sh tests/abi/accept.sh" % (interface.ROOT / path).relative_to(interface.ROOT))
    return problems + layout_problems((interface.ROOT / FILES["Python"][0]).read_text(encoding="utf-8"))


if __name__ == "__main__":
    what = sys.argv[1]
    if what == "check":
        found = check()
        print("\n".join(found))
        sys.exit(1 if found else 0)
    if what == "write":
        for path, text in ((FILES["Python"][0], python()), (FILES["Julia"][0], julia()), (FILES["R"][0], bindings_r.source()),
                           (R_SCRIPT, bindings_r.script())):
            (interface.ROOT / path).write_text(text, encoding="utf-8")
        GUIDE.write_text(guide(), encoding="utf-8")
    else:
        sys.stdout.write({"python": python, "julia": julia, "table": lambda: table() + "\n"}[what]())
