# SPDX-License-Identifier: MIT
"""The low-level layer of R, written from the public headers for bindings.py: examples/r/src/calls.c, one .Call for every function
(glue.h says how arguments become C), and examples/r/R/calls.R, which names them slm_… and has numbers and struct layouts."""
import re

import comments
import interface

HEAD = "Made by tests/abi/bindings.py from the public headers; never edited by hand."
SCALARS = {"int32_t": "slm_int", "int64_t": "slm_long", "uint64_t": "slm_ulong", "size_t": "slm_size", "double": "slm_real", "float": "(float)slm_real",
           "scilama_status": "slm_int"}
KINDS = {"int32_t": "i32", "int64_t": "i64", "uint64_t": "u64", "size_t": "u64", "float": "f32", "double": "f64", "function": "ptr"}


def bare(kind):
    return re.sub(r"\b(const|struct)\b", "", kind).replace(" ", "")


def owned(kind):
    """What a parameter makes that R is to own: a handle, a tensor, text, bytes."""
    name = bare(kind)
    return name[:-2] if name.endswith("**") and "const" not in kind else None


def argument(kind, name):
    """(C expression, whether R passes it)"""
    plain = bare(kind)
    if plain == "scilama_error*":
        return "&error", False
    if owned(kind):
        return "&made", False
    if plain in SCALARS:
        return "%s(%s)" % (SCALARS[plain], name), True
    if plain == "char*" and "const" in kind:
        return "slm_text(%s)" % name, True
    if plain == "char**":
        return "slm_texts(%s)" % name, True
    if plain.endswith("**"):
        return "slm_list(%s)" % name, True
    if plain.endswith("_fn"):
        return "(%s)slm_function(%s)" % (plain, name), True
    return "%s(%s)" % ({"double*": "slm_reals", "int32_t*": "slm_ints"}.get(plain, "slm_memory"), name), True


def wrapper(name, result, parameters):
    arguments = [argument(k, n) for k, n in ((k, n + "_") for n, k in parameters)]
    passed = [n + "_" for (n, _), (_, here) in zip(parameters, arguments) if here]
    made = next((owned(k) for _, k in parameters if owned(k)), None)
    sized = made == "void"
    if sized:
        passed.remove("size_")
        arguments = [("&size", False) if e == "slm_memory(size_)" else (e, h) for e, h in arguments]
    call = "%s(%s)" % (name, ", ".join(e for e, _ in arguments))
    owner = passed[0] if passed else "R_NilValue"
    lines = ["SEXP R_%s(%s)" % (name, ", ".join("SEXP " + p for p in passed) or "void"), "{"]
    if any(bare(k) == "scilama_error*" for _, k in parameters):
        lines.append("    scilama_error error = { 0 };")
    if made:
        tag = "struct " if made.startswith("DL") else ""
        lines.append("    %s%s *made = NULL;" % (tag, made))
    if sized:
        lines.append("    int64_t size = 0;")
    if result == "void":
        if name.endswith("_destroy") and bare(parameters[0][1])[:-1] in handles():
            lines += ["    %s;" % call, "    R_ClearExternalPtr(%s);" % passed[0], "    return R_NilValue;"]
        else:
            lines += ["    %s;" % call, "    return R_NilValue;"]
    elif result == "scilama_status" and any(bare(k) == "scilama_error*" for _, k in parameters):
        lines.append("    slm_check(%s, &error, %s);" % (call, owner))
        if name == "scilama_dlpack_to_legacy":
            lines.append("    R_ClearExternalPtr(tensor_);")
        if made and made.startswith("scilama_"):
            lines.append("    return slm_handle(made, R_%s_gone, %s);" % (made, owner))
        elif made and made.startswith("DL"):
            lines.append("    return slm_handle(made, %s, %s);" % ("slm_drop_legacy" if made == "DLManagedTensor" else "slm_drop_tensor", owner))
        elif made == "char":
            lines.append("    return slm_take_text(made, context_);")
        elif sized:
            lines.append("    return slm_take_bytes(made, size, %s);" % owner)
        else:
            lines.append("    return R_NilValue;")
    elif result == "scilama_status":
        lines += ["    slm_check(%s, NULL, R_NilValue);" % call, "    return R_NilValue;"]
    elif bare(result) == "char*":
        lines += ["    return slm_string(%s);" % call]
    elif "*" in result:
        lines += ["    return slm_view(%s, %s);" % (call, owner)]
    else:
        lines.append("    return %s(%s);" % ("ScalarInteger" if result == "int32_t" else "ScalarReal", call if result == "int32_t" else "(double)" + call))
    return "\n".join(lines + ["}", ""]), passed


_HANDLES = []


def handles():
    if not _HANDLES:
        _HANDLES.extend(interface.describe().opaque)
    return _HANDLES


def source():
    i = interface.describe()
    wrapped = [(name, *wrapper(name, result, parameters)) for name, result, parameters in i.functions]
    out = ["/* SPDX-License-Identifier: MIT */", "/* %s */" % HEAD, '#include "glue.h"', ""]
    makers = sorted({owned(k) for _, _, p in i.functions for _, k in p if owned(k) and owned(k).startswith("scilama_")})
    for kind in makers:
        out += ["static void R_%s_gone(SEXP x)" % kind, "{", "    %s_destroy(R_ExternalPtrAddr(x));" % kind, "    R_ClearExternalPtr(x);", "}", ""]
    out += [text for _, text, _ in wrapped]
    out += ["const R_CallMethodDef slm_calls[] = {"]
    out += ['    { "%s", (DL_FUNC)R_%s, %d },' % (name, name, len(passed)) for name, _, passed in wrapped]
    out += ['    { "put", (DL_FUNC)R_put, 5 },', '    { "get", (DL_FUNC)R_get, 4 },', '    { "floats", (DL_FUNC)R_floats, 1 },',
            '    { "matrix", (DL_FUNC)R_matrix, 3 },', '    { "longs", (DL_FUNC)R_longs, 1 },', '    { "train", (DL_FUNC)R_train, 1 },',
            *('    { "%s", (DL_FUNC)R_%s, %d },' % (name, name, n) for name, n in
              (("watch", 2), ("texts", 1), ("pointer", 3), ("keep", 2), ("rows", 5), ("lend", 5), ("arrow", 1))), "    { NULL, NULL, 0 }", "};", ""]
    return "\n".join(out)


def script():
    i, said = interface.describe(), comments.described()
    out = ["# SPDX-License-Identifier: MIT", "# %s" % HEAD, ""]
    for name, result, parameters in i.functions:
        passed = wrapper(name, result, parameters)[1]
        names = ", ".join(p.rstrip("_") for p in passed)
        out += ["# " + line if line else "#" for line in said[name].split("\n")]
        out.append("slm_%s <- function(%s) .Call(%s)" % (name[8:], names, ", ".join(["C_" + name] + ([names] if names else []))))
    out += ["", "# Numbers of the headers.", "SCILAMA <- c("]
    out.append(",\n".join("  %s = %dL" % (n[8:], v) if v < 2 ** 31 else "  %s = %d" % (n[8:], v) for n, v in i.constants.items()) + ")")
    layouts, sizes = {}, {}
    for kind, args in re.findall(r"^(LAYOUT|FIELD)\((scilama_.*)\)$", interface.layout(), re.M):
        name, *rest = (a.strip() for a in args.split(","))
        if kind == "LAYOUT":
            sizes[name], layouts[name] = rest[0], {}
        else:
            layouts[name][rest[0]] = rest[1]
    out += ["", "# Structs on 64-bit machines: bytes, and the offset and kind of every field (of arrays, of the first of them).", "LAYOUT <- list("]
    rows = []
    for name, fields in i.structs:
        kinds = []
        for field, kind, elements in fields:
            plain = bare(kind)
            code = KINDS.get(plain, "chars" if plain == "char" else "text" if plain == "char*" else "ptr")
            kinds.append('%s = list(%s, "%s"%s)' % (field, layouts[name][field], code, ", %d" % elements if elements else ""))
        rows.append("  %s = list(size = %s, fields = list(\n    %s))" % (name, sizes[name], ",\n    ".join(kinds)))
    out += [",\n".join(rows) + ")", ""]
    return "\n".join(out)
