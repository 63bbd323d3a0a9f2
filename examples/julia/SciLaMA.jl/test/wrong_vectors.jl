# SPDX-License-Identifier: MIT
# Of runtests.jl, or alone: vectors of a wrong width, number, order or value through every call that takes some. Each is refused, by both
# numbers, before anything is read of them. Under AddressSanitizer by tests/ffi/wrong_vectors.sh.
module WrongVectors
using SciLaMA, Test
const L = SciLaMA.L

const n, g = 90, 80
const context = Context(threads = 1)
const INVALID, NONFINITE, NOTFOUND, DUPLICATE = L.SCILAMA_E_INVALID, L.SCILAMA_E_NONFINITE, L.SCILAMA_E_NOTFOUND, L.SCILAMA_E_DUPLICATE
named(n) = ["g$(100 + i)" for i in 0:n-1]
vectors(width, n) = Float32[((19k + 23d + k * d) % 17) / 8 - 1 for d in 0:width-1, k in 0:n-1]
spoilt(x, value) = (y = copy(x); y[end] = value; y)
replaced(names, at, by) = (out = copy(names); out[at] = by; out)
const x = Float32[max((31c + 17k + c * k) % 13 - 6, 0) for k in 0:g-1, c in 0:n-1]
whole() = Dataset(context, x; genes = named(g))
paired(d) = (preprocess!(d; min_cells = 0); Model(d; latent = 4, hidden = (16, 8)))
made(names, width) = GeneTable(context, names, vectors(width, length(names)))

# The call fails: in the library with a code, in the package (0) by an exception of Julia's; in words that have all of the others.
function refused(call, code, says...)
    e = try call(); nothing catch e; e end
    text = e === nothing ? "a result" : sprint(showerror, e)
    good = (e isa Failure ? e.code == code : e isa Union{DimensionMismatch,ArgumentError} && code == 0) && all(s -> occursin(string(s), text), says)
    good || @error "refused otherwise" text says
    @test good
end

@testset "tables of wrong vectors" begin
    good = vectors(8, g)
    refused(() -> GeneTable(context, named(g - 1), good), 0, 80, 79)
    refused(() -> GeneTable(context, named(g + 1), good), 0, 80, 81)
    refused(() -> GeneTable(context, String[], good), 0, 80, 0)
    refused(() -> made(String[], 8), INVALID, "0 rows")
    refused(() -> made(named(g), 0), INVALID, "80 rows × 0")
    refused(() -> GeneTable(context, named(g), spoilt(good, NaN)), NONFINITE, "'g179'", "position 7")
    refused(() -> GeneTable(context, named(g), spoilt(Float64.(good), 1e300)), NONFINITE, "'g179'", "position 7")
    d, same = whole(), whole()
    refused(() -> add_gene_table!(d, "text", made(replaced(named(g), g, "g103"), 8)), DUPLICATE, "'g103'", "rows 3 and 79")
    refused(() -> add_gene_table!(d, "text", made(["other"], 8)), NOTFOUND, "'g100'", "'other'")
    refused(() -> add_gene_table!(d, context, "text", named(g - 1), good), 0, 80, 79)
    @test add_gene_table!(d, context, "text", reverse(named(g)), good[:, end:-1:1]).matched == add_gene_table!(same, "text", made(named(g), 8)).matched == g
    refused(() -> add_gene_table!(d, "text", made(named(g), 8)), DUPLICATE, "'text'")
    @test gene_vectors(paired(d)) == gene_vectors(paired(same)) # by name, whatever the order
end

@testset "wrong tables for a model" begin
    d, one, two, closed = whole(), made(named(g), 8), made(named(g), 10), made(named(g), 10)
    add_gene_table!(d, "one", one)
    add_gene_table!(d, "two", two)
    m = paired(d)
    close(closed)
    for (tables, code, says) in (((), 0, ("table of each modality",)), ((one,), INVALID, ("1 gene tables", "made with 2")),
            ((one, two, two), INVALID, ("3 gene tables", "made with 2")), ((made(named(g), 7), two), INVALID, ("\"one\" have 7 columns", "made with 8")),
            ((made(named(g), 9), two), INVALID, ("\"one\" have 9 columns", "made with 8")), ((two, one), INVALID, ("\"one\" have 10 columns", "made with 8")),
            ((one, made(named(g), 9)), INVALID, ("\"two\" have 9 columns", "made with 10")), ((one, made(named(g - 1), 10)), INVALID, ("79 rows, another 80",)),
            ((one, made(named(g + 1), 10)), INVALID, ("81 rows, another 80",)), ((one, made(reverse(named(g)), 10)), INVALID, ("row 0", "'g179'", "'g100'")),
            ((one, made(replaced(named(g), 8, "g106"), 10)), INVALID, ("row 7", "'g106'", "'g107'")), ((one, closed), INVALID, ("NULL",)))
        refused(() -> encode_new_genes(m, tables...), code, says...)
        refused(() -> decode_new_genes(m, d, tables...), code, says...)
        refused(() -> decode_new_genes(m, d, tables...; head = "paired"), code, says...)
    end
    @test size(encode_new_genes(m, one, two)) == (4, g)
    refused(() -> predict_genes(m, d, ["g103"]), INVALID, "n_tables is 0")
    refused(() -> predict_genes(m, d, ["g103"], closed), INVALID, "NULL")
    refused(() -> predict_genes(m, d, ["g103"], fill(one, 17)...), INVALID, 17, 16)
    refused(() -> predict_genes(m, d, String[], one), INVALID, "genes")
    refused(() -> predict_genes(m, d, ["g103", "nobody"], one), NOTFOUND, "'nobody'")
    refused(() -> predict_genes(m, d, ["g103"], made(named(9), 8)), NOTFOUND, "9 of the model's 80")
    @test size(predict_genes(m, d, ["g103", "g180"], made(named(g), 7), made(named(g + 1), 10))[1]) == (2, n) # by name, of any width
    name, size_ = first(parameters(m)).first, length(first(parameters(m)).second)
    for given in (size_ - 1, size_ + 1)
        refused(() -> set_parameter!(m, name, zeros(given)), INVALID, size_, given)
    end
    groups = [c % 3 + 1 for c in 1:n]
    refused(() -> markers(d, groups[2:end]; model = m), 0, "per cell")
    refused(() -> markers(d, groups; model = m, batches = groups[2:end]), 0, 90, 89)
    refused(() -> set_reference!(m, Reference(context, vectors(3, n))), INVALID, 3, 4)
    mktempdir() do folder
        w = H5adWriter(joinpath(folder, "w.h5ad"), d)
        refused(() -> put_varm!(w, "X", vectors(4, g - 1)), 0, 80, 79)
        refused(() -> put_varm!(w, "X", vectors(4, g + 1)), 0, 80, 81)
        refused(() -> put_obsm!(w, "X", vectors(4, g)), 0, 90, 80)
        refused(() -> put_varm!(w, "X", vectors(0, g)), INVALID)
        close(w)
    end
end

@testset "wrong vectors beside expression" begin
    e, good = Float32[sin((80c + k)^2 % 1013) for k in 1:g, c in 1:n], vectors(8, g)
    for (e, tables, code, says) in ((e, (good, vectors(8, g - 1)), 0, (80, 79)), (e, (vectors(8, g + 1),), 0, (80, 81)), (e, (vectors(8, 0),), 0, (80, 0)),
            (e, (good, vectors(0, g)), INVALID, ("widths[1] is 0",)), (e, fill(good, 17), INVALID, (17, 16)),
            (spoilt(e, NaN), (good,), NONFINITE, ("expression",)), (zeros(0, 0), (), INVALID, ())), find in (gene_holdout, gene_loadings, gene_space)
        refused(() -> find(context, e, tables...), code, says...)
    end
    refused(() -> gene_holdout(context, e), INVALID, "tables is 0", "1 to 16")
    @test gene_holdout(context, e, spoilt(good, NaN))[1].genes > 0 # a row that is not finite is a gene without a vector
    @test all(isfinite, gene_space(context, e, spoilt(good, Inf))[2])
end

@testset "wrong vectors in one space" begin
    z, f, groups, labels = vectors(4, n), vectors(4, g), [c % 3 + 1 for c in 1:n], [k % 2 + 1 for k in 1:g]
    for (z, f, groups, batches, code, says) in ((z, f[2:end, :], groups, nothing, 0, (4, 3)), (z, vectors(5, g), groups, nothing, 0, (4, 5)),
            (z, f, groups[2:end], nothing, 0, (90, 89)), (z, f, groups, groups[2:end], 0, (90, 89)), (z, f, groups, [groups; 1], 0, (90, 91)),
            (spoilt(z, NaN), f, groups, nothing, NONFINITE, ("cells",)), (vectors(0, n), vectors(0, g), groups, nothing, INVALID, ()))
        refused(() -> paired_markers(context, z, f, groups; batches = batches), code, says...)
    end
    refused(() -> module_projection(context, z, f[2:end, :], labels), 0, 4, 3)
    refused(() -> module_projection(context, z, f, labels[2:end]), 0, 80, 79)
    refused(() -> module_projection(context, spoilt(z, Inf), f, labels), NONFINITE, "cells")
    refused(() -> modules(context, vectors(4, 0)), INVALID)
    refused(() -> modules(context, vectors(0, g)), INVALID)
    refused(() -> modules(context, f[:, 1:2]), INVALID, "2 genes")
    @test modules(context, spoilt(f, NaN))[1][end] == 0
    refused(() -> Reference(context, vectors(4, 0)), INVALID)
    refused(() -> Reference(context, spoilt(z, NaN)), NONFINITE)
    refused(() -> Reference(context, z, "kind" => groups[2:end]), 0, 90, 89)
    refused(() -> Reference(context, z; layout = vectors(2, n + 1)), 0, 90, 91)
    r = Reference(context, z, "kind" => groups)
    for width in (0, 3, 5)
        refused(() -> map_cells(r, vectors(width, 6)), 0, 4, width)
    end
    refused(() -> map_cells(r, spoilt(z, Inf)), NONFINITE)
end
end # module
