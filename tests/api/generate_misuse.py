#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the misuse calls of every public function, from the headers.

For each function: every argument in turn is NULL, negative, extreme, not finite, of a wrong
struct_size, or points to garbage, while all others are acceptable. misuse.c says what must
hold. A function with a parameter of an unknown type fails the test: teach valid() about it
(a new handle also goes to HANDLES and to the fixture of misuse.c).
Usage: generate_misuse.py SHARED_LIBRARY > misuse_calls.h
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "abi"))
import interface
import symbols

HANDLES = {"context", "dataset", "gene_table", "model", "trainer", "graph", "h5ad_writer", "gene_sets", "gene_aliases", "reference"}
# Loop counts: so many runs are what the caller asked for.
COUNTS = {"restarts", "decoder_steps", "iterations", "max_iterations", "patience", "resolutions", "n_top_genes", "epochs", "threads", "negative_samples"}
# Read only up to a length that the library cannot know.
UNBOUNDED = {("scilama_context_describe", "size"), ("scilama_trainer_state_get", "size"), ("scilama_trainer_state_set", "size"),
             ("scilama_h5ad_read_array", "size"), ("scilama_model_load_memory", "size"), ("scilama_dataset_concat", "n")}


def split(parameters):
    out = []
    for p in filter(None, (q.strip() for q in parameters.split(","))):
        if p == "void":
            continue
        name = re.search(r"(\w+)$", p).group(1)
        out.append((" ".join(p[:-len(name)].replace("*", " * ").split()).replace("* *", "**").replace(" * const *", " *const *"), name))
    return out


def field_types(header_text):
    """{struct: [(type, field)]} of scalar fields."""
    found = {}
    for body, name in re.findall(r"typedef\s+struct\s+\w*\s*\{([^{}]*)\}\s*(\w+)\s*;", header_text):
        fields = []
        for declaration in (" ".join(d.split()) for d in body.split(";")):
            m = re.match(r"(float|double|int32_t|int64_t|uint64_t|size_t) ([\w\s,\[\]]+)$", declaration)
            for part in m.group(2).split(",") if m else []:
                n = re.match(r"(\w+)(\[\w+\])?$", part.strip())
                fields.append((m.group(1), n.group(1) + ("[0]" if n.group(2) else "")))
        found[name] = fields
    return found


TYPES = {}
for path in interface.headers():
    TYPES.update(field_types(interface.bare(path)))


def takes_arrow(function, name):
    """Whether the Arrow struct is an input, which the call releases; else an output."""
    return "_from_arrow" in function or function == "scilama_arrow_to_stream" and name != "stream"


def valid(kind, name, function):
    """(declaration, value) of an acceptable argument."""
    base = re.sub(r"\b(const|struct)\b", "", kind).replace("*", "").strip()
    stars = kind.count("*")
    if stars == 2 and base.startswith("scilama_") and "const *" not in kind:
        return "%s *out_%s = (void *)1;" % (base, name), "&out_%s" % name
    if stars == 2 and base.startswith("DL"):
        return "%s *out_%s = (void *)1;" % (base, name), "&out_%s" % name
    if stars == 1 and base == "DLManagedTensorVersioned":
        return "DLManagedTensorVersioned *x_%s = valid_dlpack(f);" % name, "x_%s" % name
    if stars == 1 and base.startswith("Arrow"):
        fill = "valid_%s(f, &x_%s)" if takes_arrow(function, name) else "memset(&x_%.0s%s, 0x5a, sizeof(struct " + base + "))"
        return "struct %s x_%s; %s;" % (base, name, fill % (name, name)), "&x_%s" % name
    if stars == 1 and base.startswith("scilama_") and base[8:] in HANDLES:
        return "", "f->%s" % base[8:]
    if stars == 1 and base == "scilama_error":
        return "", "&error"
    if stars == 1 and base in TYPES:
        preset = ", SCILAMA_PRESET_PUBLISHED" if base in ("scilama_preprocess_options", "scilama_model_options", "scilama_trainer_options") else ""
        count = 8 if name == "reports" else 1
        return ("struct { %s o[%d]; char tail[64]; } s_%s; memset(&s_%s, 0, sizeof s_%s); for (int k = 0; k < %d; k++) %s_init(&s_%s.o[k], sizeof(%s)%s);"
                % (base, count, name, name, name, count, base, name, base, preset)) + \
            (" valid_%s(f, &s_%s.o[0]);" % (base[8:], name) if base in ("scilama_matrix", "scilama_row_source") or base == "scilama_tensor" and "const" in kind else ""), "s_%s.o" % name
    if kind in ("const scilama_gene_table *const *", "const scilama_gene_table * const *"):
        return "const scilama_gene_table *x_%s[2] = { f->gene_table, f->gene_table };" % name, "x_%s" % name
    if kind in ("scilama_dataset *const *", "scilama_dataset * const *"):
        return "scilama_dataset *x_%s[4] = { f->dataset, f->dataset, f->dataset, f->dataset };" % name, "x_%s" % name
    if kind == "const char *":
        return "", {"path": "f->file", "folder": "f->file", "input": "f->file", "output": "f->file"}.get(name, '"batch"')
    if kind in ("const char *const *", "const char * const *"):
        return "", "f->texts"
    if kind in ("const float *const *", "const float * const *"):
        return "", "f->vectors"
    if kind == "char **":
        return "char *text = NULL;", "&text"
    if kind == "void **":
        return "void *bytes_out = NULL;", "&bytes_out"
    if stars == 1 and base in ("float", "double", "int32_t", "int64_t", "uint64_t", "void", "char", "size_t", "uint8_t"):
        return "", ("(const %s *)f->zeros" if "const" in kind else "(%s *)f->scratch") % base
    if stars == 0 and base == "int64_t":
        return "", {"n": "4", "dim": "3", "genes": "3", "ld": "0", "neighbors": "2", "row": "0", "gene": "0", "index": "0",
                    "size": "64", "rows": "4", "width": "3", "cols": "3"}.get(name, "2")
    if stars == 0 and base == "int32_t":
        return "", "1"
    if stars == 0 and base == "uint64_t":
        return "", "1"
    if stars == 0 and base == "size_t":
        return "", "f->struct_size" if name == "struct_size" else "64"
    if stars == 0 and base in ("double", "float"):
        return "", "0.5"
    if stars == 0 and base == "scilama_status":
        return "", "-1"
    if stars == 0 and base.endswith("_fn"):
        return "", "NULL"
    raise LookupError("parameter '%s %s' is of a type that generate_misuse.py does not know" % (kind, name))


def misuses(kind, name, function):
    """(label, statement, must_fail) for argument `name`, variable a_NAME."""
    base = re.sub(r"\bconst\b", "", kind).replace("*", "").strip()
    var, out = "a_" + name, []
    handle = base.startswith("scilama_") and (kind.count("*") == 2 or base[8:] in HANDLES)
    if "*" in kind:
        must = handle or name in ("path", "name", "key", "folder", "input", "output", "matrix", "names", "values_", "agreement") \
            or (name in ("options",) and function.endswith("_init"))
        must = must and not function.endswith(("_destroy",)) and not (function.endswith("_writer_create") and name in ("matrix",))
        must = must or "Arrow" in base or "DL" in base
        out.append(("NULL", var + " = NULL;", must))
        if "Arrow" in base and takes_arrow(function, name):
            out.append(("released", "x_%s.release(&x_%s);" % (name, name), True))
        if base in TYPES and kind.count("*") == 1 and base != "scilama_error" and not function.endswith("_init"):
            s = "s_%s.o[0]" % name
            for size in ("0", "4", "sizeof(size_t) - 1"):
                out.append(("struct_size %s" % size, "%s.struct_size = %s;" % (s, size), False))
            if "const" in kind:
                out.append(("unknown bytes", "%s.struct_size = sizeof(%s) + 16; memset(s_%s.tail, 1, 16);" % (s, base, name), True))
            for t, field in TYPES[base] if "const" in kind else []:
                if field in ("struct_size", "reserved") or base == "scilama_matrix" and field == "stored":
                    continue
                values = {"float": ["NAN", "INFINITY", "-1.0f"], "double": ["NAN", "INFINITY", "-1.0"],
                          "int32_t": ["INT32_MIN", "-7", "INT32_MAX"], "int64_t": ["INT64_MIN", "-1", "INT64_MAX"],
                          "uint64_t": ["UINT64_MAX"]}.get(t, [])
                for v in values:
                    if field in COUNTS and "MAX" in v:
                        continue
                    out.append(("%s = %s" % (field, v), "%s.%s = %s;" % (s, field, v), v in ("NAN",) and field != "baseline"))
        elif "const" in kind and base in ("float", "double") and kind.count("*") == 1:
            out.append(("not finite", var + " = (const %s *)f->nans_%s;" % (base, base), False))
        elif "const" in kind and base in ("int32_t", "int64_t"):
            out.append(("negative", var + " = (const %s *)f->ones;" % base, False))
            out.append(("out of range", var + " = (const %s *)f->large;" % base, False))
        elif kind == "const char *":
            out += [("empty", var + ' = "";', False), ("not UTF-8", var + ' = "\\xff\\xfe/x";', False), ("long", var + " = f->long_text;", False),
                    ("odd", var + ' = "a/../b//c";', False)]
        elif "char" in base and kind.count("*") == 2 and "const" in kind:
            out += [("NULL within", var + " = f->nothing;", False), ("all the same", var + " = f->same;", False)]
    elif base == "int64_t" and (function, name) not in UNBOUNDED:
        out += [(v, "%s = %s;" % (var, v), False) for v in ("-1", "INT64_MIN", "INT64_MAX", "0")]
    elif base == "int32_t":
        out += [(v, "%s = %s;" % (var, v), False) for v in ("-1", "INT32_MIN", "INT32_MAX", "99", "0")]
    elif base in ("double", "float"):
        out += [(v, "%s = %s;" % (var, v), False) for v in ("NAN", "INFINITY", "-INFINITY", "-1")]
    elif base == "size_t":
        values = ("0", "4", "f->struct_size + 16") if name == "struct_size" else ("0", "1")
        out += [(v, "%s = %s;" % (var, v), False) for v in values]
    elif base == "scilama_status":
        out += [(v, "%s = %s;" % (var, v), False) for v in ("1", "INT32_MIN")]
    return out


def main():
    print("/* Made by generate_misuse.py from the public headers. */")
    names = []
    # What is declared, but not there, is for the test of exports to say.
    there = symbols.exported(sys.argv[1])
    for function, _, result, text in interface.functions():
        if function not in there:
            continue
        parameters = split(text)
        names.append(function)
        try:
            for kind, name in parameters:
                valid(kind, name, function)
        except LookupError as unknown:
            print("static int call_%s(fixture *f, int misuse, outcome *o)\n{" % function)
            print('    o->what = "not tested";\n    complain(o, "%s");\n    (void)f, (void)misuse;\n    return 0;\n}\n' % unknown)
            continue
        takes_error = any(k.strip() == "scilama_error *" for k, _ in parameters)
        lines, cases = [], []
        if function.endswith("_init"):
            base = parameters[0][0].replace("*", "").strip()
            lines.append("    f->struct_size = sizeof(%s);" % base)
        for kind, name in parameters:
            declaration, value = valid(kind, name, function)
            if function.endswith("_destroy") and parameters[0][1] == name:
                value = "NULL"
            if declaration:
                lines.append("    " + declaration)
            lines.append("    %s a_%s = %s;" % (kind, name, value))
            if kind.strip() != "scilama_error *":
                cases += [(name, l, s, m) for l, s, m in misuses(kind, name, function)]
        if takes_error:
            cases.append(("error", "NULL", "a_error = NULL; bare = true;" + (" a_%s = NULL;" % parameters[0][1] if "*" in parameters[0][0] else ""), False))
        print("static int call_%s(fixture *f, int misuse, outcome *o)\n{" % function)
        print("    scilama_error error = { 0 };\n    bool bare = false;\n    (void)bare, (void)error, (void)f;")
        print("\n".join(lines))
        print("    switch (misuse) {")
        for number, (name, label, statement, must) in enumerate(cases):
            print('    case %d: o->what = "%s: %s"; o->must_fail = %s; %s break;' % (number, name, label.replace('"', "'"), "true" if must else "false", statement))
        unused = ["x_%s.release(&x_%s);" % (n, n) for k, n in parameters if "Arrow" in k and takes_arrow(function, n)]
        unused += ["x_%s->deleter(x_%s);" % (n, n) for k, n in parameters if "DL" in k and k.count("*") == 1]
        print("    default: %s return 0;\n    }" % " ".join(unused))
        call = "%s(%s)" % (function, ", ".join("a_" + n for _, n in parameters))
        if result == "scilama_status":
            print("    scilama_status status = %s;" % call)
            print("    judge(o, status, %s, &error);" % ("!bare" if takes_error else "false"))
            if parameters and parameters[0][0].count("*") == 2 and parameters[0][0].startswith("scilama_"):
                base = parameters[0][0].replace("*", "").strip()
                print("    if (a_%s) { if (status && out_%s) complain(o, \"the output is not NULL after a failure\"); if (!status) %s_destroy(out_%s); }"
                      % (parameters[0][1], parameters[0][1], base, parameters[0][1]))
            for k, n in parameters:
                if "DL" in k and k.count("*") == 2:
                    print("    if (a_%s) { if (status && out_%s) complain(o, \"the output is not NULL after a failure\"); if (!status) out_%s->deleter(out_%s); }"
                          % (n, n, n, n))
                if "DL" in k and k.count("*") == 1:
                    print("    if (status) x_%s->deleter(x_%s);" % (n, n))
                if "Arrow" in k:
                    left = "a_%s" % n if takes_arrow(function, n) else "a_%s && status" % n
                    print("    if (%s && x_%s.release) complain(o, \"%s is not released\");" % (left, n, n))
                    print("    if (%s && x_%s.release) x_%s.release(&x_%s);" % ("1" if takes_arrow(function, n) else "a_%s" % n, n, n, n))
            if any(k == "char **" for k, _ in parameters):
                print("    if (!status) scilama_text_destroy(f->context, text);")
            if any(k == "void **" for k, _ in parameters):
                print("    if (status && bytes_out) complain(o, \"the output is not NULL after a failure\");")
                print("    scilama_bytes_destroy(f->context, bytes_out);")
        else:
            print("    %s%s;" % ("" if result == "void" else "(void)", call))
        print("    return 1;\n}\n")
    print("static const struct { const char *name; int (*call)(fixture *, int, outcome *); } calls[] = {")
    print("\n".join('    { "%s", call_%s },' % (n, n) for n in names))
    print("};")


if __name__ == "__main__":
    main()
