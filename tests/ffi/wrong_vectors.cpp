/* SPDX-License-Identifier: MIT */
/* Vectors of a wrong width, number, order or value through every call of scilama.hpp that takes some: each is refused, by both
 * numbers, before anything is read of them. Every copy lies in a block of exactly its size, so that valgrind and
 * AddressSanitizer (wrong_vectors.sh) see a read beyond it. Usage: wrong_vectors FOLDER. */
#include <scilama/scilama.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>

using scilama::gene_table;
using scilama::matrix;
using strings = std::vector<std::string>;
using numbers = std::vector<std::int32_t>;
using words = std::vector<const char *>;

constexpr std::int64_t cells = 90, genes = 80, first = 8, second = 10;
static int cases, faults;

/* `call` fails with `code` (what the header itself finds is E_INVALID), in words that have all of `says`. */
template <class F> static void refuse(int line, scilama_status code, const words &says, F call)
{
    scilama_status got = SCILAMA_OK;
    std::string text;
    cases++;
    try {
        call();
    } catch (const scilama::failure &e) {
        got = e.code(), text = e.what();
    } catch (const std::invalid_argument &e) {
        got = SCILAMA_E_INVALID, text = e.what();
    }
    const bool said = std::all_of(says.begin(), says.end(), [&](const char *s) { return text.find(s) != std::string::npos; });
    if (got == code && said) return;
    faults++;
    std::cerr << line << ": " << scilama::status_name(got) << ", not " << scilama::status_name(code) << ": \"" << text << "\"\n";
}
#define REFUSE(code, says, ...) refuse(__LINE__, SCILAMA_E_##code, says, [&] { __VA_ARGS__; })
#define SAYS(...) words{__VA_ARGS__}

static void hold(int line, bool condition)
{
    if (!condition) faults++, std::cerr << line << ": does not hold\n";
}
#define HOLDS(condition) hold(__LINE__, condition)

static strings names(std::int64_t n)
{
    strings out;
    for (std::int64_t i = 0; i < n; i++) out.push_back("g" + std::to_string(100 + i));
    return out;
}

static matrix vectors(std::int64_t n, std::int64_t width)
{
    matrix out(n, width);
    for (std::int64_t g = 0; g < n; g++)
        for (std::int64_t d = 0; d < width; d++) out(g, d) = static_cast<float>((19 * g + 23 * d + g * d) % 17 - 8) / 8;
    return out;
}

static matrix spoilt(matrix m, float value)
{
    m.values.back() = value;
    return m;
}

static scilama::dataset counts(const scilama::context &context)
{
    matrix x(cells, genes);
    for (std::int64_t c = 0; c < cells; c++)
        for (std::int64_t g = 0; g < genes; g++) x(c, g) = static_cast<float>(std::max<std::int64_t>((31 * c + 17 * g + c * g) % 13 - 6, 0) + (c % 3 == g % 3 ? 2 : 0));
    return {context, x.view(), names(genes)};
}

static strings renamed(strings n, std::size_t at, const std::string &to)
{
    n[at] = to;
    return n;
}

static scilama_model_options small()
{
    auto shape = scilama::model_options(SCILAMA_PRESET_RECOMMENDED);
    shape.latent = 4;
    shape.hidden[0] = 16, shape.hidden[1] = 8, shape.hidden[2] = 0;
    return shape;
}

static scilama::model paired(scilama::dataset &data)
{
    auto recipe = scilama::defaults<scilama_preprocess_options>();
    recipe.min_cells = 0;
    data.preprocess(recipe);
    return {data, small()};
}

/* Tables made of vectors, and added to a data set. */
static void tables(const scilama::context &context)
{
    const auto n = names(genes);
    const matrix good = vectors(genes, first);
    REFUSE(INVALID, SAYS("80", "79"), gene_table(context, names(genes - 1), good.view()));
    REFUSE(INVALID, SAYS("80", "81"), gene_table(context, names(genes + 1), good.view()));
    REFUSE(INVALID, SAYS("80", "not 0"), gene_table(context, {}, good.view()));
    REFUSE(INVALID, SAYS(""), gene_table(context, {}, matrix().view()));
    REFUSE(INVALID, SAYS(""), gene_table(context, n, matrix(genes, 0).view()));
    REFUSE(INVALID, SAYS("80 rows × 8", "dimension 7"), gene_table(context, n, {good.values.data(), genes, first, first - 1}));
    REFUSE(NONFINITE, SAYS("'g179'", "position 7"), gene_table(context, n, spoilt(good, NAN).view()));
    REFUSE(NONFINITE, SAYS("'g179'", "position 7"), gene_table(context, n, spoilt(good, -INFINITY).view()));

    auto data = counts(context), same = counts(context);
    auto turned = n;
    std::reverse(turned.begin(), turned.end());
    matrix backwards(genes, first);
    for (std::int64_t g = 0; g < genes; g++)
        for (std::int64_t d = 0; d < first; d++) backwards(genes - 1 - g, d) = good(g, d);
    const gene_table table(context, n, good.view());
    REFUSE(DUPLICATE, SAYS("'g103'", "rows 3 and 79"), data.add_gene_table("text", gene_table(context, renamed(n, genes - 1, "g103"), good.view())));
    REFUSE(NOTFOUND, SAYS("'g100'", "'text'", "'other'"), data.add_gene_table("text", gene_table(context, {"other"}, matrix(1, first).view())));
    HOLDS(data.add_gene_table("text", gene_table(context, turned, backwards.view())).matched == genes && same.add_gene_table("text", table).matched == genes);
    REFUSE(DUPLICATE, SAYS("'text'"), data.add_gene_table("text", table));
    HOLDS(paired(data).gene_vectors(0).values == paired(same).gene_vectors(0).values); /* by name, whatever the order */
    auto few = counts(context);
    few.add_gene_table("text", gene_table(context, {"g100", "g101"}, vectors(2, first).view()));
    auto how = scilama::defaults<scilama_fit_options>();
    auto shape = small();
    auto fast = scilama::trainer_options(SCILAMA_PRESET_RECOMMENDED);
    fast.max_steps = 2;
    how.model = &shape, how.trainer = &fast;
    HOLDS(scilama::model::fit(few, how).info().modalities == 1); /* genes without vectors stay */
}

/* Tables given to a model. */
static void unseen(const scilama::context &context)
{
    auto data = counts(context);
    const auto n = names(genes);
    const gene_table one(context, n, vectors(genes, first).view()), two(context, n, vectors(genes, second).view());
    data.add_gene_table("one", one);
    data.add_gene_table("two", two);
    auto model = paired(data);
    const auto made = [&](const strings &of, std::int64_t width) { return gene_table(context, of, vectors(static_cast<std::int64_t>(of.size()), width).view()); };
    auto turned = n;
    std::reverse(turned.begin(), turned.end());
    const auto narrow = made(n, first - 1), wide = made(n, first + 1), fewer = made(names(genes - 1), second), more = made(names(genes + 1), second),
        other_order = made(turned, second), twice = made(renamed(n, 7, "g106"), second), thin = made(n, second - 1);
    const struct { std::vector<const gene_table *> tables; words says; } wrong[] = {
        {{}, {"a table of vectors is needed for each modality"}}, {{&one}, {"1 gene tables", "made with 2"}}, {{&one, &two, &two}, {"3 gene tables", "made with 2"}},
        {{&narrow, &two}, {"\"one\" have 7 columns", "made with 8"}}, {{&wide, &two}, {"\"one\" have 9 columns", "made with 8"}},
        {{&two, &one}, {"\"one\" have 10 columns", "made with 8"}}, {{&one, &thin}, {"\"two\" have 9 columns", "made with 10"}},
        {{&one, &fewer}, {"79 rows, another 80"}}, {{&one, &more}, {"81 rows, another 80"}}, {{&one, &other_order}, {"row 0", "'g179'", "'g100'"}},
        {{&one, &twice}, {"row 7", "'g106'", "'g107'"}}, {{&one, nullptr}, {"NULL"}}};
    auto by_head = scilama::defaults<scilama_decode_options>();
    by_head.head = SCILAMA_HEAD_PAIRED;
    for (const auto &w : wrong) {
        REFUSE(INVALID, w.says, model.encode_new_genes(w.tables));
        REFUSE(INVALID, w.says, model.decode_new_genes(data, w.tables));
        REFUSE(INVALID, w.says, model.decode_new_genes(data, w.tables, by_head));
    }
    HOLDS(model.encode_new_genes({&one, &two}).rows == genes && model.decode_new_genes(data, {&one, &two}).cols == genes);

    const auto nine = made(names(9), first);
    REFUSE(INVALID, SAYS("table"), model.predict_genes(data, {}, {"g103"}));
    REFUSE(INVALID, SAYS("NULL"), model.predict_genes(data, {&one, nullptr}, {"g103"}));
    REFUSE(INVALID, SAYS("17", "16"), model.predict_genes(data, std::vector<const gene_table *>(17, &one), {"g103"}));
    REFUSE(INVALID, SAYS("genes"), model.predict_genes(data, {&one}, {}));
    REFUSE(NOTFOUND, SAYS("'nobody'"), model.predict_genes(data, {&one}, {"g103", "nobody"}));
    REFUSE(NOTFOUND, SAYS("9 of the model's 80"), model.predict_genes(data, {&nine}, {"g103"}));
    HOLDS(model.predict_genes(data, {&narrow, &more, &other_order}, {"g103", "g180"}).values.cols == 2); /* by name, of any width */

    const auto t = model.parameter(0);
    const auto size = static_cast<std::size_t>(t.rows * t.cols);
    REFUSE(INVALID, SAYS(std::to_string(size).c_str(), std::to_string(size - 1).c_str()), model.set_parameter(t.name, std::vector<float>(size - 1)));
    REFUSE(INVALID, SAYS(std::to_string(size).c_str(), std::to_string(size + 1).c_str()), model.set_parameter(t.name, std::vector<float>(size + 1)));
}

/* Vectors beside expression. */
static void beside_expression(const scilama::context &context)
{
    matrix x(cells, genes);
    for (std::size_t i = 0; i < x.values.size(); i++) x.values[i] = std::sin(static_cast<float>(i * i % 1013));
    const matrix good = vectors(genes, first), fewer = vectors(genes - 1, first), more = vectors(genes + 1, first), none(genes, 0);
    const auto bad = spoilt(x, NAN);
    const scilama::matrix_view<const float> gaps(good.values.data(), genes, first - 1, first);
    const auto every = [&](int line, scilama_status code, const words &says, const matrix &e, const std::vector<scilama::matrix_view<const float>> &tables) {
        refuse(line, code, says, [&] { scilama::gene_holdout(context, e.view(), tables); });
        refuse(line, code, says, [&] { scilama::gene_loadings(context, e.view(), tables); });
        refuse(line, code, says, [&] { scilama::gene_space(context, e.view(), tables); });
    };
    every(__LINE__, SCILAMA_E_INVALID, {"80", "79"}, x, {good.view(), fewer.view()});
    every(__LINE__, SCILAMA_E_INVALID, {"80", "81"}, x, {more.view()});
    every(__LINE__, SCILAMA_E_INVALID, {"80", "not 0"}, x, {matrix().view()});
    every(__LINE__, SCILAMA_E_INVALID, {"[1]"}, x, {good.view(), none.view()});
    every(__LINE__, SCILAMA_E_INVALID, {"without gaps"}, x, {gaps});
    every(__LINE__, SCILAMA_E_INVALID, {"17", "16"}, x, std::vector<scilama::matrix_view<const float>>(17, good.view()));
    every(__LINE__, SCILAMA_E_NONFINITE, {"expression"}, bad, {good.view()});
    every(__LINE__, SCILAMA_E_INVALID, {""}, matrix(), {});
    REFUSE(INVALID, SAYS("tables is 0", "1 to 16"), scilama::gene_holdout(context, x.view(), {}));
    /* a row that is not finite is a gene without a vector */
    HOLDS(scilama::gene_holdout(context, x.view(), {spoilt(good, NAN).view()}).report.genes > 0);
    const auto found = scilama::gene_space(context, x.view(), {spoilt(good, INFINITY).view()});
    HOLDS(std::all_of(found.values.begin(), found.values.end(), [](float v) { return std::isfinite(v); }));
}

/* Vectors of genes and of cells in one space. */
static void one_space(const scilama::context &context)
{
    auto data = counts(context);
    const matrix z = vectors(cells, 4), g = vectors(genes, 4), narrow = vectors(genes, 3), wide = vectors(genes, 5), fewer = vectors(genes - 1, 4), less = vectors(cells - 1, 4);
    numbers groups, labels, short_groups(cells - 1), long_batches(cells + 1), short_labels(genes - 1);
    for (int i = 0; i < cells; i++) groups.push_back(i % 3);
    for (int i = 0; i < genes; i++) labels.push_back(i % 2);
    const auto both = [&](int line, scilama_status code, const words &says, const matrix &c, const matrix &of, const numbers &by, const numbers &batches) {
        refuse(line, code, says, [&] { scilama::markers(data, c.view(), of.view(), by, 3, batches); });
        refuse(line, code, says, [&] { scilama::paired_markers(context, c.view(), of.view(), by, 3, batches); });
    };
    both(__LINE__, SCILAMA_E_INVALID, {"4, not 3"}, z, narrow, groups, {});
    both(__LINE__, SCILAMA_E_INVALID, {"4, not 5"}, z, wide, groups, {});
    both(__LINE__, SCILAMA_E_INVALID, {"90, not 89"}, z, g, short_groups, {});
    both(__LINE__, SCILAMA_E_INVALID, {"90, not 89"}, z, g, groups, short_groups);
    both(__LINE__, SCILAMA_E_INVALID, {"90, not 91"}, z, g, groups, long_batches);
    both(__LINE__, SCILAMA_E_NONFINITE, {"cells"}, spoilt(z, NAN), g, groups, {});
    both(__LINE__, SCILAMA_E_INVALID, {""}, matrix(cells, 0), matrix(genes, 0), groups, {});
    REFUSE(INVALID, SAYS("80, not 79"), scilama::markers(data, z.view(), fewer.view(), groups, 3));
    REFUSE(INVALID, SAYS("90, not 89"), scilama::markers(data, less.view(), g.view(), groups, 3));
    numbers emptied(4);
    emptied.clear(); /* none, though it has an address */
    HOLDS(scilama::paired_markers(context, z.view(), g.view(), groups, 3, emptied).genes == genes);

    REFUSE(INVALID, SAYS("4, not 3"), scilama::module_projection(context, z.view(), narrow.view(), labels, 2));
    REFUSE(INVALID, SAYS("4, not 5"), scilama::module_projection(context, z.view(), wide.view(), labels, 2));
    REFUSE(INVALID, SAYS("80, not 79"), scilama::module_projection(context, z.view(), g.view(), short_labels, 2));
    REFUSE(NONFINITE, SAYS("cells"), scilama::module_projection(context, spoilt(z, INFINITY).view(), g.view(), labels, 2));
    REFUSE(INVALID, SAYS(""), scilama::gene_modules(context, matrix().view()));
    REFUSE(INVALID, SAYS(""), scilama::gene_modules(context, matrix(genes, 0).view()));
    REFUSE(INVALID, SAYS("ld is 3", "4"), scilama::gene_modules(context, {g.values.data(), genes, 4, 3}));
    REFUSE(INVALID, SAYS("2 genes"), scilama::gene_modules(context, vectors(2, 4).view()));
    HOLDS(scilama::gene_modules(context, spoilt(g, NAN).view()).labels.back() == -1);
}

static void references(const scilama::context &context, const std::string &folder)
{
    const matrix z = vectors(cells, 4);
    REFUSE(INVALID, SAYS(""), scilama::reference(context, matrix().view()));
    REFUSE(INVALID, SAYS("2"), scilama::reference(context, vectors(2, 4).view()));
    REFUSE(INVALID, SAYS("3", "4"), scilama::reference(context, {z.values.data(), cells, 4, 3}));
    REFUSE(NONFINITE, SAYS(""), scilama::reference(context, spoilt(z, NAN).view()));
    scilama::reference reference(context, z.view());
    REFUSE(INVALID, SAYS("4, not 3"), reference.nearest(vectors(5, 3).view()));
    REFUSE(INVALID, SAYS("4, not 5"), reference.nearest(vectors(5, 5).view()));
    REFUSE(INVALID, SAYS("4, not 0"), reference.nearest(matrix(5, 0).view()));
    REFUSE(INVALID, SAYS("91", "90"), reference.nearest(vectors(5, 4).view(), cells + 1));
    REFUSE(NONFINITE, SAYS(""), reference.nearest(spoilt(z, INFINITY).view()));
    REFUSE(INVALID, SAYS("90, not 89"), reference.add_labels("kind", numbers(cells - 1), {"x"}));
    REFUSE(INVALID, SAYS("90, not 89"), reference.set_layout(vectors(cells - 1, 2).view()));
    REFUSE(INVALID, SAYS("90, not 91"), reference.set_layout(vectors(cells + 1, 2).view()));
    auto data = counts(context);
    auto model = paired(data);
    REFUSE(INVALID, SAYS("4", "3"), scilama::reference(context, vectors(cells, 3).view()).attach(model));

    auto to = scilama::h5ad_writer::create(folder + "/wrong_vectors.h5ad", data);
    REFUSE(INVALID, SAYS("80, not 79"), to.put_varm("X", vectors(genes - 1, 4).view()));
    REFUSE(INVALID, SAYS("80, not 81"), to.put_varm("X", vectors(genes + 1, 4).view()));
    REFUSE(INVALID, SAYS("90, not 80"), to.put_obsm("X", vectors(genes, 4).view()));
    REFUSE(INVALID, SAYS(""), to.put_varm("X", matrix(genes, 0).view()));
}

int main(int argc, char **argv)
try {
    if (argc != 2) return 2;
    const scilama::context context(1);
    tables(context);
    unseen(context);
    beside_expression(context);
    one_space(context);
    references(context, argv[1]);
    std::cout << cases << " refused, " << faults << " faults\n";
    return faults != 0;
} catch (const std::exception &e) {
    std::cerr << e.what() << '\n';
    return 1;
}
