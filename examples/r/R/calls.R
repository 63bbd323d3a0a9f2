# SPDX-License-Identifier: MIT
# Made by tests/abi/bindings.py from the public headers; never edited by hand.

# Set struct_size and defaults.
#
# Returns SCILAMA_OK, E_INVALID.
slm_adapt_options_init <- function(options, struct_size) .Call(C_scilama_adapt_options_init, options, struct_size)
# Set struct_size and defaults.
#
# Returns SCILAMA_OK, E_INVALID.
slm_adapt_report_init <- function(report, struct_size) .Call(C_scilama_adapt_report_init, report, struct_size)
# Write the defaults.
slm_agreement_init <- function(agreement, struct_size) .Call(C_scilama_agreement_init, agreement, struct_size)
# Writes the defaults.
slm_arrow_options_init <- function(options, struct_size) .Call(C_scilama_arrow_options_init, options, struct_size)
# A stream of one array, for consumers that take streams only.
# - stream: Overwritten; released by the caller. `release` is NULL on failure.
# - schema: Any schema.
# - array: Its array. Both are moved into the stream, or released on failure.
#
# Returns SCILAMA_OK, E_INVALID (a NULL, or released before), E_FORMAT (a damaged schema), E_NOMEM.
slm_arrow_to_stream <- function(stream, context, schema, array) .Call(C_scilama_arrow_to_stream, stream, context, schema, array)
# Frees bytes that the library returned. NULL is allowed.
slm_bytes_destroy <- function(context, bytes) .Call(C_scilama_bytes_destroy, context, bytes)
# Communities of points in one call: nearest neighbours, fuzzy graph, Leiden by modularity, as `scilama cluster` has them.
# - points: [n × dim] finite, leading dimension ld (0 = dim). n from 2 on.
# - options: NULL = defaults.
# - labels: [n] receives the communities, numbered by decreasing size.
# - report: May be NULL.
#
# Returns as scilama_knn(), scilama_graph_from_knn() and scilama_graph_leiden().
slm_cluster <- function(context, points, n, dim, ld, options, labels, report) .Call(C_scilama_cluster, context, points, n, dim, ld, options, labels, report)
# Write the defaults.
slm_cluster_options_init <- function(options, struct_size) .Call(C_scilama_cluster_options_init, options, struct_size)
# Write the defaults.
slm_coherence_options_init <- function(options, struct_size) .Call(C_scilama_coherence_options_init, options, struct_size)
# Writes the defaults of each struct.
slm_column_info_init <- function(info, struct_size) .Call(C_scilama_column_info_init, info, struct_size)
# Writes the defaults of each struct.
slm_concat_options_init <- function(options, struct_size) .Call(C_scilama_concat_options_init, options, struct_size)
# Asks the calls that run to stop with SCILAMA_E_CANCELLED, and those that begin, in their callbacks or
# on other threads, before these have ended. It is forgotten with the last of them: one that comes
# when no call runs does nothing, so that a host with a job of many calls keeps a flag of its own
# beside it. The only function that may be called from another thread or a signal handler.
slm_context_cancel <- function(context) .Call(C_scilama_context_cancel, context)
# Creates a context and its worker threads.
#
# - out: Receives the context; NULL on failure.
# - options: NULL = defaults.
# - error: May be NULL.
#
# Returns SCILAMA_OK, SCILAMA_E_INVALID, SCILAMA_E_NOMEM, SCILAMA_E_STATE (a thread cannot be
# started), SCILAMA_E_UNSUPPORTED or SCILAMA_E_DEPENDENCY (BLIS or HDF5 is not the one built against).
slm_context_create <- function(options) .Call(C_scilama_context_create, options)
# Describes the library, its dependencies, the processor and the kernels chosen
# as one JSON object.
#
# - buffer: Receives up to `size` bytes, terminated; may be NULL when size is 0.
# - needed: Receives the length needed, terminator included; may be NULL.
#
# Returns SCILAMA_OK, or SCILAMA_E_INVALID when `size` is too small (the text is cut).
slm_context_describe <- function(context, buffer, size, needed) .Call(C_scilama_context_describe, context, buffer, size, needed)
# Releases the caller's hold. Memory and threads go when the last handle made
# from the context is gone. NULL is allowed.
slm_context_destroy <- function(context) .Call(C_scilama_context_destroy, context)
# Bytes now held through the allocator, and the most ever held. Either
# pointer may be NULL.
slm_context_memory <- function(context, bytes_now, bytes_peak) .Call(C_scilama_context_memory, context, bytes_now, bytes_peak)
# Writes the defaults.
# - struct_size: sizeof(scilama_context_options).
#
# Returns SCILAMA_OK or SCILAMA_E_INVALID.
slm_context_options_init <- function(options, struct_size) .Call(C_scilama_context_options_init, options, struct_size)
# Takes back a scilama_context_cancel() that the running calls have not noticed yet. Calls that begin
# later need none.
slm_context_resume <- function(context) .Call(C_scilama_context_resume, context)
# Sets what receives the progress of long calls; NULL = nothing (default). Not while a call runs.
#
# Returns SCILAMA_OK, or SCILAMA_E_INVALID for a NULL context.
slm_context_set_progress <- function(context, progress, user) .Call(C_scilama_context_set_progress, context, progress, user)
# Threads in use, calling thread included.
slm_context_threads <- function(context) .Call(C_scilama_context_threads, context)
# Writes the defaults of a preset.
# - preset: scilama_preset.
slm_covariate_info_init <- function(info, struct_size) .Call(C_scilama_covariate_info_init, info, struct_size)
# Set struct_size and what is known before a call.
#
# Returns SCILAMA_OK, E_INVALID.
slm_covariate_report_init <- function(report, struct_size) .Call(C_scilama_covariate_report_init, report, struct_size)
# Adds a modality: vectors from `table`, matched by name to the dataset's genes.
#
# The table is retained. Modalities enter the gene encoder in the order of these calls.
# - name: name of the modality, unique.
# - report: May be NULL.
#
# Returns SCILAMA_OK, E_NOTFOUND (no gene matches), E_DUPLICATE, E_NOMEM. O(genes + rows).
slm_dataset_add_gene_table <- function(dataset, name, table, options, report) .Call(C_scilama_dataset_add_gene_table, dataset, name, table, options, report)
# Name of a category, borrowed; NULL when out of range.
slm_dataset_category <- function(dataset, name, category) .Call(C_scilama_dataset_category, dataset, name, category)
# Names, borrowed; NULL when out of range. Genes in the order of the matrix. Names of a streamed file's cells are read when the first is
# asked for: NULL also when the file has changed since, or memory is out.
slm_dataset_cell_name <- function(dataset, cell) .Call(C_scilama_dataset_cell_name, dataset, cell)
# Numbers of cells, of genes in the matrix, and of genes that a model of this
# dataset has (after preprocess; else all).
slm_dataset_cells <- function(dataset) .Call(C_scilama_dataset_cells, dataset)
# Describes a cell column.
#
# Returns SCILAMA_OK, E_NOTFOUND.
slm_dataset_column_info <- function(dataset, name, info) .Call(C_scilama_dataset_column_info, dataset, name, info)
# Number of cell columns, and the name of one (borrowed; NULL when out of range).
slm_dataset_column_name <- function(dataset, column) .Call(C_scilama_dataset_column_name, dataset, column)
# Number of cell columns, and the name of one (borrowed; NULL when out of range).
slm_dataset_columns <- function(dataset) .Call(C_scilama_dataset_columns, dataset)
# Makes one dataset of several: their cells one after another.
#
# Genes are found by name, in any order; those that all have stay, in the order of the first, and the log says
# which do not. Cell columns are found by name too: numbers stay numbers, categories are united (in the order they have
# where it is the same in all, else sorted), numbers beside categories become names of categories, and cells of a dataset
# that lacks a column have no value in it. Splits, covariates, gene tables and recipes are not taken along.
#
# In memory the matrix is copied. Of streamed datasets nothing is copied: rows are read where they are, within the largest
# memory among them, and where genes are dropped or stand in another order everything is read once, to count. The result is
# that of the same matrix in one piece, bit for bit. All must be streamed or all in memory, and of one context. The datasets
# may be destroyed at once.
# - datasets: [n]
# - options: NULL = defaults.
#
# Returns SCILAMA_OK, E_INVALID, E_DUPLICATE (keys), E_NOTFOUND (no gene in common: two names as examples), E_STATE (a matrix was given
# back), E_UNSUPPORTED (join, or streamed beside memory), E_NOMEM, E_CANCELLED, or what reading rows returns. O(entries).
slm_dataset_concat <- function(datasets, n, options) .Call(C_scilama_dataset_concat, datasets, n, options)
# Creates a dataset from a matrix in memory.
#
# Values must be finite; sparse indices in range and unique within a row (column).
# With SCILAMA_MEMORY_BORROW these arrays are used where they lie: dense float32; of
# CSR, float32 values, int32 indices and an int64 indptr, each of them, as long as
# every row is sorted. Everything else is converted into memory of the library.
# - matrix: [cells × genes] view.
# - cell_names: [rows] or NULL (named by number).
# - gene_names: [cols], unique, or NULL (named by number, in index order).
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE (cell and gene named), E_DUPLICATE, E_NOMEM.
# O(stored) for sparse, O(rows · cols) for dense.
slm_dataset_create <- function(context, matrix, cell_names, gene_names) .Call(C_scilama_dataset_create, context, matrix, cell_names, gene_names)
# Creates a dataset from a callback that fills rows, so that databases and lazily loaded
# stores train without being read into memory.
#
# Every row is fetched once here, to check it and to count. What is kept in memory: names,
# 2 bytes per cell once a split is set, 24 more once it is preprocessed, and up to source->memory bytes in each trainer and
# in each running call that reads rows. Training then goes by SCILAMA_SHUFFLE_CHUNKED unless told otherwise.
# Results are those of the same matrix in memory, bit for bit, where the order of cells is
# the same. A model without gene tables needs the whole matrix: SCILAMA_E_UNSUPPORTED, which says so.
# - source: copied.
# - cell_names: [rows] or NULL (named by number).
# - gene_names: [cols], unique, or NULL (named by number, in index order).
#
# Returns SCILAMA_OK, E_INVALID (also: memory too small, with the least that will do),
# E_NONFINITE (cell and gene named), E_DUPLICATE, E_NOMEM, E_CANCELLED, or what fetch returns.
slm_dataset_create_from_rows <- function(context, source, cell_names, gene_names) .Call(C_scilama_dataset_create_from_rows, context, source, cell_names, gene_names)
# Releases the caller's hold; models and trainers keep what they need. NULL is allowed.
slm_dataset_destroy <- function(dataset) .Call(C_scilama_dataset_destroy, dataset)
# Names, borrowed; NULL when out of range. Genes in the order of the matrix. Names of a streamed file's cells are read when the first is
# asked for: NULL also when the file has changed since, or memory is out.
slm_dataset_gene_name <- function(dataset, gene) .Call(C_scilama_dataset_gene_name, dataset, gene)
# Numbers of cells, of genes in the matrix, and of genes that a model of this
# dataset has (after preprocess; else all).
slm_dataset_genes <- function(dataset) .Call(C_scilama_dataset_genes, dataset)
# Numbers of cells, of genes in the matrix, and of genes that a model of this
# dataset has (after preprocess; else all).
slm_dataset_genes_used <- function(dataset) .Call(C_scilama_dataset_genes_used, dataset)
# Copies a categorical column.
# - codes: [cells]; −1 = missing.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (the column is numeric).
slm_dataset_get_codes <- function(dataset, name, codes) .Call(C_scilama_dataset_get_codes, dataset, name, codes)
# Copies a numeric column.
# - values: [cells]; NaN = missing.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (the column is categorical).
slm_dataset_get_numeric <- function(dataset, name, values) .Call(C_scilama_dataset_get_numeric, dataset, name, values)
# Copies rows of the prepared matrix: what the cell encoder sees.
# - cells: [n] cell numbers.
# - values: [n × genes_used], leading dimension ld (0 = genes_used), model gene order.
#
# Returns SCILAMA_OK, E_INVALID (cell out of range), as scilama_dataset_preprocess() where the recipe
# is to be fitted again, and of rows read as needed what reading them returns.
slm_dataset_get_prepared <- function(dataset, cells, n, values, ld) .Call(C_scilama_dataset_get_prepared, dataset, cells, n, values, ld)
# Copies the split of every cell.
# - split: [cells] of scilama_split.
#
# Returns SCILAMA_OK.
slm_dataset_get_split <- function(dataset, split) .Call(C_scilama_dataset_get_split, dataset, split)
# The cell columns of a dataset as an Arrow struct: cell_id (utf8; named _index where there is a column
# cell_id), then each column: numeric as float64, categorical as dictionary of int32 to utf8.
# Missing values are null.
# - schema: as in scilama_gene_table_to_arrow().
# - array: likewise.
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(cells × columns); copied.
slm_dataset_obs_to_arrow <- function(dataset, schema, array) .Call(C_scilama_dataset_obs_to_arrow, dataset, schema, array)
# Fits the recipe on the training cells and prepares the matrix for training.
#
# Call it after splits and gene tables; again to replace the recipe. Where splits,
# covariates or gene tables change afterwards, the recipe is fitted again with the same
# options when it is next needed. Without it a model takes the matrix as it is.
# Size factors are target_sum over a cell's total of all genes of the matrix. The
# dataset is unchanged when the call fails. O(entries), and a few passes over them.
# - options: NULL = recommended defaults.
# - report: May be NULL.
#
# Returns SCILAMA_OK, E_INVALID, E_NOTFOUND, E_STATE (no training cells), E_NONFINITE (a raw covariate is missing: cell
# named), E_NOMEM, E_CANCELLED, and of rows read as needed what reading them returns.
slm_dataset_preprocess <- function(dataset, options, report) .Call(C_scilama_dataset_preprocess, dataset, options, report)
# Reads any of these, told apart by content, and loom files (2 and 3: matrix or a layer; genes by Gene, or by Accession with
# gene_ids; cells by CellID; col_attrs of one value a cell as columns).
#
# Returns as scilama_dataset_read_h5ad(); E_UNSUPPORTED for stream_memory unless AnnData or MuData.
slm_dataset_read <- function(context, path, options) .Call(C_scilama_dataset_read, context, path, options)
# Reads a 10x Genomics .h5 file (Cell Ranger 2 or 3). Only gene expression features
# are taken; symbols that occur twice become NAME-1, NAME-2.
#
# Returns as scilama_dataset_read_h5ad(); E_UNSUPPORTED for stream_memory.
slm_dataset_read_10x_h5 <- function(context, path, options) .Call(C_scilama_dataset_read_10x_h5, context, path, options)
# Reads cells × genes from an AnnData .h5ad file of any generation since 0.5, or from a modality of MuData (.h5mu).
#
# Names of cells and genes and every cell column come along: categorical, string
# and boolean columns as categorical ones ("True", "False"), numbers as numeric. A column whose text is not UTF-8, or of
# fixed length with a null inside, is left out with a warning, and what needs it fails with the row; such names are
# E_FORMAT and E_UNSUPPORTED.
# With stream_memory the matrix is checked and counted in one pass and read by rows from then on: CSR and
# dense ones straight from the file, whatever it is packed with among gzip, LZF, zstd and the shuffle
# filter, without calling HDF5 and without allocating; each chunk is unpacked about once in an epoch.
# What is compressed by gene, or packed in another way, is first written to a scratch file without a
# name in scratch_folder (8 bytes for each stored value, 20 while it is being made). In memory are names of
# genes and 16 bytes for each chunk; 2 bytes for each cell once a split is set, 24 more once it is preprocessed. Names and
# columns of cells, and where rows begin, stay in the file too, but for columns of texts, nullable ones and what only HDF5
# can read. The file must stay as it is; that it was replaced or changed is found out and is E_IO. As scilama_dataset_create_from_rows() otherwise.
# - options: NULL = defaults.
#
# Returns SCILAMA_OK, E_NOTFOUND (file or layer), E_INVALID (stream_memory too small: the message says the least), E_IO, E_FORMAT (damaged), E_NONFINITE (cell and
# gene named), E_DUPLICATE, E_UNSUPPORTED (compression filter), E_NOMEM, E_CANCELLED.
# O(stored values).
slm_dataset_read_h5ad <- function(context, path, options) .Call(C_scilama_dataset_read_h5ad, context, path, options)
# Reads a folder of matrix.mtx[.gz], barcodes.tsv[.gz] and features.tsv[.gz] or
# genes.tsv[.gz], as Cell Ranger and STARsolo write them.
#
# Returns as scilama_dataset_read_h5ad() (E_FORMAT names the line); E_UNSUPPORTED for stream_memory.
slm_dataset_read_mtx <- function(context, folder, options) .Call(C_scilama_dataset_read_mtx, context, folder, options)
# Gives back the memory of the matrix and of the gene tables as they came, once the prepared
# matrix and a model stand in for them: with many genes they are most of a dataset.
#
# Call it after scilama_dataset_preprocess() (or get_prepared) and scilama_model_create().
# Training and encoding by that model, PCA of prepared rows, names, columns and splits go on
# as before. What would read the input again fails with SCILAMA_E_STATE: preprocess, or a
# change of split, covariates or tables, which calls for it; another model; markers, module
# scores and decoding for other recipes. A trainer of a likelihood of counts that exists
# keeps the counts it reads, and a prepared matrix that is the input itself (nothing was
# transformed) keeps it. Of a streamed dataset the tables alone are given back. Calling it
# again does nothing. O(1).
#
# Returns SCILAMA_OK, E_INVALID, E_STATE (nothing is prepared yet).
slm_dataset_release_input <- function(dataset) .Call(C_scilama_dataset_release_input, dataset)
# Adds or replaces a categorical cell column by codes.
# - codes: [cells]: 0 … n_categories − 1, or −1 = missing.
# - categories: [n_categories] names, unique.
#
# Returns SCILAMA_OK, E_INVALID (code out of range: cell named), E_DUPLICATE, E_NOMEM. O(cells).
slm_dataset_set_codes <- function(dataset, name, codes, categories, n_categories) .Call(C_scilama_dataset_set_codes, dataset, name, codes, categories, n_categories)
# Adds or replaces a numeric cell column (copied).
# - values: [cells]; NaN = missing.
#
# Returns SCILAMA_OK, E_NONFINITE (infinite: cell named), E_NOMEM. O(cells).
slm_dataset_set_numeric <- function(dataset, name, values) .Call(C_scilama_dataset_set_numeric, dataset, name, values)
# Sets the split of every cell.
# - split: [cells] of scilama_split.
#
# Returns SCILAMA_OK, E_INVALID (cell named). O(cells).
slm_dataset_set_split <- function(dataset, split) .Call(C_scilama_dataset_set_split, dataset, split)
# Adds or replaces a categorical cell column (copied).
# - values: [cells] strings; NULL = missing.
#
# Returns SCILAMA_OK, E_NOMEM. O(cells).
slm_dataset_set_strings <- function(dataset, name, values) .Call(C_scilama_dataset_set_strings, dataset, name, values)
# Takes the split from a categorical column with values train, val / valid /
# validation, test, excluded (any case).
#
# Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (numeric, another value or a missing one: cell named), E_NOMEM.
# O(cells).
slm_dataset_split_by <- function(dataset, name) .Call(C_scilama_dataset_split_by, dataset, name)
# Draws a split. The rest of the fractions is test. A cell's part depends on its
# name, not on its place in the file.
# - stratify: categorical column within whose values to draw, or NULL.
#
# Returns SCILAMA_OK, E_INVALID (fractions), E_NOTFOUND, E_NOMEM. O(cells · log cells).
slm_dataset_split_random <- function(dataset, train_fraction, validation_fraction, seed, stratify) .Call(C_scilama_dataset_split_random, dataset, train_fraction, validation_fraction, seed, stratify)
# Uses a cell column as a covariate of the cell encoder and decoder. Columns
# enter in the order of these calls.
# - kind: scilama_covariate_kind.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (kind does not fit the column).
slm_dataset_use_covariate <- function(dataset, name, kind) .Call(C_scilama_dataset_use_covariate, dataset, name, kind)
# Name of a gene in use, in the order of the model (bytewise by name; index order
# when genes have no names); borrowed; NULL when out of range, or before preprocess
# or get_prepared.
slm_dataset_used_gene_name <- function(dataset, gene) .Call(C_scilama_dataset_used_gene_name, dataset, gene)
# Writes the defaults of a preset.
# - preset: scilama_preset.
slm_decode_options_init <- function(options, struct_size) .Call(C_scilama_decode_options_init, options, struct_size)
# Turns a tensor of this library into the form before DLPack 1.0, for consumers that know no other.
#
# That form cannot say that it is read-only, so a read-only tensor is refused, unless its
# consumer is known not to write. No memory is asked for.
# - out: Receives the legacy tensor, which now owns what `tensor` did: do not use or delete `tensor`
# any more. NULL on failure, and `tensor` is as before.
# - tensor: from one of the calls above.
# - drop_read_only: 1: a read-only tensor may pass; 0: it is refused.
#
# Returns SCILAMA_OK, E_INVALID (not a tensor of this library), E_UNSUPPORTED (read-only).
slm_dlpack_to_legacy <- function(tensor, drop_read_only) .Call(C_scilama_dlpack_to_legacy, tensor, drop_read_only)
# A matrix of the caller, such as one that scilama_model_encode_cells() has filled.
# - tensor: data, dtype (F32, F64, I32, I64, U16 or U32), rank, rows and cols; row-major without gaps.
# - read_only: 1: consumers must not write; 0: they may.
# - release: Gives the memory back when the tensor is deleted; NULL = nothing to do.
# Not called when this call fails.
# - user: passed to release.
# - out: as in scilama_gene_table_to_dlpack().
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(1).
slm_dlpack_wrap <- function(context, tensor, read_only, release, user) .Call(C_scilama_dlpack_wrap, context, tensor, read_only, release, user)
# Over-representation of gene sets in modules, by the hypergeometric test (upper tail).
#
# - names: [n] the genes that were clustered, unique: the universe.
# - labels: [n] module or −1.
# - overlap: [modules × sets] genes in common.
# - sizes: [sets] genes of a set in the universe.
# - p: [modules × sets]; 1 without overlap; NaN where the set is not tested.
# - fdr: [modules × sets] Benjamini–Hochberg over all tests of all modules.
# Any of these may be NULL.
#
# Returns SCILAMA_OK, E_INVALID, E_DUPLICATE, E_NOMEM.
slm_enrichment <- function(sets, names, labels, n, modules, options, overlap, sizes, p, fdr) .Call(C_scilama_enrichment, sets, names, labels, n, modules, options, overlap, sizes, p, fdr)
# Write the defaults.
slm_enrichment_options_init <- function(options, struct_size) .Call(C_scilama_enrichment_options_init, options, struct_size)
# Writes the defaults of a preset.
# - preset: scilama_preset.
slm_evaluation_init <- function(evaluation, struct_size) .Call(C_scilama_evaluation_init, evaluation, struct_size)
# Describes a file (data set, model or table) as one JSON object, with every problem found:
# {"kind", "n_obs", "n_vars", "x": {"storage", "dtype", "stored", "sum", "nan", "density", "compression"}, "obs_names": [first, last],
# "var_names": [first, last], "obs": [{"name", "kind"}], "layers": […], "problems": […]}; of AnnData "obsm" and "varm", lists of names, too.
#
# A damaged file is described as far as it goes; the call fails only when nothing can be said.
# - text: Receives terminated UTF-8, freed by scilama_text_destroy().
# - layer: the matrix to describe, as in scilama_file_options; NULL = X. Of MuData also "mod/MODALITY" or
# "mod/MODALITY/LAYER"; the JSON then has "modality" and "modalities".
#
# Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (no known kind of file), E_NOMEM, E_CANCELLED.
slm_file_describe <- function(context, path, layer) .Call(C_scilama_file_describe, context, path, layer)
# Writes the defaults of each struct.
slm_file_options_init <- function(options, struct_size) .Call(C_scilama_file_options_init, options, struct_size)
# The whole way from a dataset to a trained model, as `scilama fit` goes it: split, recipe, model, training. Covariates
# and gene tables are chosen before (scilama_dataset_use_covariate(), scilama_dataset_add_gene_table()).
# To step, save states or go on after a cancel, use the parts.
# - out: Receives the model; NULL on failure.
# - dataset: Its split and recipe are replaced.
# - options: NULL = defaults.
# - info: The last step; may be NULL.
#
# Returns as scilama_dataset_split_random(), scilama_dataset_preprocess(), scilama_model_create(), scilama_trainer_create()
# and scilama_trainer_run().
slm_fit <- function(dataset, options, info) .Call(C_scilama_fit, dataset, options, info)
# Releases the trainer and its hold on the model. NULL is allowed.
slm_fit_options_init <- function(options, struct_size) .Call(C_scilama_fit_options_init, options, struct_size)
# How many there are.
slm_gene_aliases_count <- function(aliases) .Call(C_scilama_gene_aliases_count, aliases)
# NULL is allowed.
slm_gene_aliases_destroy <- function(aliases) .Call(C_scilama_gene_aliases_destroy, aliases)
# [count] names in the data, and [count] names to look up: as alias_from and alias_to of
# scilama_match_options want them. Borrowed.
slm_gene_aliases_from <- function(aliases) .Call(C_scilama_gene_aliases_from, aliases)
# Reads a file of two columns: the name of a gene in the data, and the name to look up in a
# gene table instead. The columns are parted by tabs, commas or spaces; further ones are not
# read; lines that begin with '#' are passed over; gzip allowed.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (line named), E_DUPLICATE (a name with two
# meanings), E_NOMEM. O(bytes).
slm_gene_aliases_read <- function(context, path) .Call(C_scilama_gene_aliases_read, context, path)
# [count] names in the data, and [count] names to look up: as alias_from and alias_to of
# scilama_match_options want them. Borrowed.
slm_gene_aliases_to <- function(aliases) .Call(C_scilama_gene_aliases_to, aliases)
# Writes the defaults of a preset.
# - preset: scilama_preset.
slm_gene_forecast_init <- function(forecast, struct_size) .Call(C_scilama_gene_forecast_init, forecast, struct_size)
# Asks of genes that are held out how well their vectors alone tell their expression.
#
# The genes that stay give axes in the space of cells and, by kernel ridge regression from their
# vectors, the coordinates of those that are held out: K = (Σ_t w_t exp(-|a - b|²))², 1 for a gene with itself, over vectors centred
# and of length 1, a penalty for each axis chosen on a fifth of the genes, weights of several tables by how likely they make the
# coordinates of at most 1,024 genes (512 with fewer than 1,000 cells). A gene is told from the tables that have it. No
# expression of a gene held out is used.
# - expression: [cells × genes], leading dimension ld (0 = genes), finite; any units: genes are standardised.
# A thousand or two of cells are enough.
# - vectors: [tables] pointers to [genes × widths[t]], packed; a row that is not finite, or zero, is a gene without
# a vector in that table.
# - widths: [tables] 1 to 65,536.
# - tables: 1 to 16.
# - correlation: [genes] of the last round that held the gene out, NaN = never; or NULL.
# - expected: [genes] the correlation that the prediction itself expects, its spread in standard deviations of the
# gene; NaN = never held out; or NULL.
#
# Returns SCILAMA_OK, E_INVALID (sizes, options, or too few genes with a vector), E_NONFINITE, E_NOMEM, E_CANCELLED.
# O(rounds · genes² (Σ widths + cells)); room for genes² (of several tables at least (tables + 3) min(genes, 512)²) + 2 genes × cells floats.
slm_gene_holdout <- function(context, expression, cells, genes, ld, vectors, widths, tables, options, correlation, expected, report) .Call(C_scilama_gene_holdout, context, expression, cells, genes, ld, vectors, widths, tables, options, correlation, expected, report)
# Loadings of genes on the principal axes of cells, shrunk towards what vectors tell.
#
# A gene's loading T_ga on an axis of the standardised cells is known up to a noise of variance 1 (in units where a correlation r is
# r √cells). What it would be in endless cells is taken as N(L_ga, γ τ_a): L by kernel ridge regression from the vectors, as
# scilama_gene_holdout() has it, fitted on other genes (five parts); τ_a the axis' variance about L beyond the noise; γ a scale of the
# gene, one of nine whose shares maximise the likelihood (empirical Bayes). The result is the mean of that given T: genes of
# which the cells tell much keep their own, others go to what genes of like vectors do, or to the mean of all. Their inner products are
# the correlations to expect in other cells; nearest neighbours are best found among them by Euclidean distance.
# - expression: [cells × genes], leading dimension ld (0 = genes), finite; any units: genes are standardised.
# - vectors: [tables] pointers to [genes × widths[t]], packed; a row that is not finite, or zero, is a gene without
# a vector in that table. NULL with 0 tables: shrinkage alone.
# - tables: 0 to 16.
# - loadings: [genes × components] of the options, packed: correlations with the axes; NaN for genes that do not vary.
# - report: what was found; may be NULL.
#
# Returns SCILAMA_OK, E_INVALID (sizes, options, fewer than 10 genes that vary), E_NONFINITE, E_NOMEM, E_CANCELLED.
# O(cells · genes · min(cells, genes) + genes² (Σ widths + 30 components)); room for genes² + cells · genes floats.
slm_gene_loadings <- function(context, expression, cells, genes, ld, vectors, widths, tables, options, loadings, report) .Call(C_scilama_gene_loadings, context, expression, cells, genes, ld, vectors, widths, tables, options, loadings, report)
# Finds gene modules: nearest neighbours among gene vectors, weighted graph, Leiden.
#
# - genes: [n × dim] with leading dimension ld (0 = dim): mu_f, or a static
# embedding to compare with. Rows with a NaN are left out (label −1).
# - labels: [n] receives 0 … modules − 1 by falling size; −1 = in no module.
# - membership: [n] receives the share of a gene's edge weight that stays in its module; may be NULL.
# - hub: [n] receives the edge weight of a gene within its module; may be NULL.
# - cohesion: [n] receives the stability of a gene: over rounds in which a share of the genes
# is drawn and clustered anew with another seed, how many of its
# module's drawn genes it is together with; may be NULL. A module's
# co-membership score is the mean over its genes.
# - report: May be NULL.
#
# Returns SCILAMA_OK, E_INVALID (fewer than 3 genes), E_NOMEM, E_CANCELLED. O(rounds · n² · dim).
slm_gene_modules <- function(context, genes, n, dim, ld, options, labels, membership, hub, cohesion, report) .Call(C_scilama_gene_modules, context, genes, n, dim, ld, options, labels, membership, hub, cohesion, report)
# Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
slm_gene_sets_count <- function(sets) .Call(C_scilama_gene_sets_count, sets)
# Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
slm_gene_sets_description <- function(sets, set) .Call(C_scilama_gene_sets_description, sets, set)
# NULL is allowed.
slm_gene_sets_destroy <- function(sets) .Call(C_scilama_gene_sets_destroy, sets)
# Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
slm_gene_sets_gene <- function(sets, set, gene) .Call(C_scilama_gene_sets_gene, sets, set, gene)
# Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
slm_gene_sets_name <- function(sets, set) .Call(C_scilama_gene_sets_name, sets, set)
# Reads gene sets in GMT format: name, description, genes, separated by tabs; gzip allowed.
# Sets of the same name are E_DUPLICATE; a gene that repeats within a set counts once.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (line named), E_DUPLICATE, E_NOMEM.
slm_gene_sets_read <- function(context, path) .Call(C_scilama_gene_sets_read, context, path)
# Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
slm_gene_sets_size <- function(sets, set) .Call(C_scilama_gene_sets_size, sets, set)
# Loadings of genes with their vectors beside them: where genes go for modules.
#
# The squared Euclidean distance of two rows is |θ_g − θ_h|² + w D (1 − K_gh): θ by scilama_gene_loadings(), D the mean of its squared
# distances, K the mean over tables of the cosine of centred vectors (0 where a table lacks one of the genes, by a random direction). w,
# 0 to 0.8, is chosen by the cells: half of them give loadings, and the 15 nearest genes with w are to gain most correlation in
# the other half, by that half of the two which gains less. Vectors that tell nothing of the cells get w = 0, and then, as without tables, distances are those
# of loadings.
# - expression: as scilama_gene_loadings(), and so are vectors, widths, tables and options; with fewer than 40 cells w is 0.
# - space: [genes × (components + Σ widths)], packed: the loadings, then the vectors; NaN for genes that do not vary.
# - report: what was found, weight too; may be NULL.
#
# Returns as scilama_gene_loadings(). Thrice its time, and O(genes² (components + Σ widths)) more; room for
# genes (Σ widths + cells) floats more.
slm_gene_space <- function(context, expression, cells, genes, ld, vectors, widths, tables, options, space, report) .Call(C_scilama_gene_space, context, expression, cells, genes, ld, vectors, widths, tables, options, space, report)
# Creates a table of gene vectors from memory (copied).
# - names: [rows] gene names.
# - values: [rows × width] with leading dimension ld (0 = width).
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
slm_gene_table_create <- function(context, names, values, rows, width, ld) .Call(C_scilama_gene_table_create, context, names, values, rows, width, ld)
# Releases the caller's hold; datasets keep what they need. NULL is allowed.
slm_gene_table_destroy <- function(table) .Call(C_scilama_gene_table_destroy, table)
# Takes a gene table from an Arrow array (copied).
#
# The array is a struct, as record batches are: a column of names, and one column
# of vectors or a column for each of their numbers. Names: utf8, large_utf8, utf8_view, or a
# dictionary of these. Vectors: fixed-size lists, lists, large lists or list views, all
# of one length. Numbers: float16, float32 or float64, finite. Slices (offsets) are honoured.
# Of extension types, the storage is read.
# - schema: Type of the array.
# - array: Its data. Both are released by this call, whatever it returns.
# - options: NULL = defaults.
#
# Returns SCILAMA_OK, E_INVALID (a NULL, or released before), E_NOTFOUND (no such column), E_UNSUPPORTED (type of a
# column), E_FORMAT (a null, lists of several lengths, damaged), E_DUPLICATE (two columns of that name), E_NONFINITE, E_NOMEM;
# the column, and the row where there is one, are named. O(rows × width).
slm_gene_table_from_arrow <- function(context, schema, array, options) .Call(C_scilama_gene_table_from_arrow, context, schema, array, options)
# Takes a gene table from a stream of Arrow arrays, such as the batches that a reader of
# Parquet files gives; see scilama_gene_table_from_arrow(). Each array is released before the
# next one is asked for.
# - stream: Read to its end, and released by this call, whatever it returns.
#
# Returns as scilama_gene_table_from_arrow(); E_CALLBACK (the stream failed: `detail` is its errno), E_CANCELLED.
slm_gene_table_from_arrow_stream <- function(context, stream, options) .Call(C_scilama_gene_table_from_arrow_stream, context, stream, options)
# Name of a row; borrowed; NULL when out of range.
slm_gene_table_name <- function(table, row) .Call(C_scilama_gene_table_name, table, row)
# A control: the same genes and width, every column Gaussian with the mean and standard
# deviation of that column of `like`. What a model gains over it is the prior knowledge's.
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM. Time O(rows × width).
slm_gene_table_random <- function(context, like, seed) .Call(C_scilama_gene_table_random, context, like, seed)
# Reads a table of gene vectors, by content and extension: HDF5 (gene_id [rows],
# embedding [rows × width]), .npy or .npz with a names file, CSV or TSV (a heading is
# recognised; names in the first column; gzip allowed), word2vec text, safetensors,
# .h5ad (varm), Parquet (gene_id, embedding: lists) where libduckdb is found at run
# time. float16, 32, 64.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT, E_NONFINITE (gene named), E_UNSUPPORTED
# (pickles, and Parquet without libduckdb: the message says how to convert).
slm_gene_table_read <- function(context, path, options) .Call(C_scilama_gene_table_read, context, path, options)
# Rows and width.
slm_gene_table_rows <- function(table) .Call(C_scilama_gene_table_rows, table)
# A control: the vectors of `table`, dealt at random to its genes.
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM. Time O(rows × width).
slm_gene_table_shuffled <- function(context, table, seed) .Call(C_scilama_gene_table_shuffled, context, table, seed)
# A gene table as an Arrow struct: gene_id (utf8) and embedding (fixed-size list of float32, where it
# lies in the table).
# - schema: Overwritten; released by the caller. `release` is NULL on failure.
# - array: likewise.
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(bytes of the names).
slm_gene_table_to_arrow <- function(table, schema, array) .Call(C_scilama_gene_table_to_arrow, table, schema, array)
# The vectors of a gene table, [rows × width], where they lie; read-only.
# - out: Receives a tensor; its `deleter` releases it, and holds the table until then.
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(1).
slm_gene_table_to_dlpack <- function(table) .Call(C_scilama_gene_table_to_dlpack, table)
# Values [rows × width], borrowed.
slm_gene_table_values <- function(table) .Call(C_scilama_gene_table_values, table)
# Rows and width.
slm_gene_table_width <- function(table) .Call(C_scilama_gene_table_width, table)
# Writes a table as HDF5 (gene_id, embedding), replacing the file at once or not at all.
#
# Returns SCILAMA_OK, E_IO, E_NOMEM.
slm_gene_table_write <- function(table, path) .Call(C_scilama_gene_table_write, table, path)
# Releases a graph. NULL is allowed.
slm_graph_destroy <- function(graph) .Call(C_scilama_graph_destroy, graph)
# Vertices, and stored entries (two per edge).
slm_graph_entries <- function(graph) .Call(C_scilama_graph_entries, graph)
# Makes a graph from compressed rows (copied).
#
# The matrix is made symmetric by taking the mean of both directions, unless it is
# already; loops and zero weights are dropped, repeated entries are added up.
# - indptr: [n + 1], ascending from 0.
# - indices: [indptr[n]], in range.
# - weights: [indptr[n]], finite and ≥ 0; NULL = 1 each.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
slm_graph_from_csr <- function(context, n, indptr, indices, weights) .Call(C_scilama_graph_from_csr, context, n, indptr, indices, weights)
# Makes a graph from nearest neighbours.
#
# - kind: scilama_graph_kind. Fuzzy weights need distances (McInnes et al.
# 2018, section 3.1: exp(−(d − ρ)/σ), united by a + b − ab).
# - indices: [n × neighbors] as of scilama_knn(); no loops, no repeats in a row.
# - distances: [n × neighbors] ascending; may be NULL for Jaccard.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. O(n · neighbors²) for Jaccard,
# O(n · neighbors) for fuzzy.
slm_graph_from_knn <- function(context, kind, n, neighbors, indices, distances) .Call(C_scilama_graph_from_knn, context, kind, n, neighbors, indices, distances)
# Bytes that scilama_graph_from_knn() holds at most, the graph itself among them.
#
# Returns SCILAMA_OK, or E_INVALID as scilama_graph_from_knn().
slm_graph_from_knn_memory <- function(context, kind, n, neighbors, bytes) .Call(C_scilama_graph_from_knn_memory, context, kind, n, neighbors, bytes)
# Compressed rows, borrowed: [vertices + 1], [entries], [entries]. NULL for a NULL graph.
slm_graph_indices <- function(graph) .Call(C_scilama_graph_indices, graph)
# Compressed rows, borrowed: [vertices + 1], [entries], [entries]. NULL for a NULL graph.
slm_graph_indptr <- function(graph) .Call(C_scilama_graph_indptr, graph)
# Finds communities (Traag, Waltman, van Eck 2019: local moving with a queue,
# randomised refinement, aggregation).
#
# From 32,768 vertices on all threads move them, in batches whose movers are not adjacent.
# Every community is connected. Labels are numbered by decreasing size, equal
# sizes by their first vertex. A vertex without edges is a community of its own.
# - labels: [vertices] receives the communities.
# - report: May be NULL.
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM, E_CANCELLED. About O(entries) per level.
slm_graph_leiden <- function(graph, options, labels, report) .Call(C_scilama_graph_leiden, graph, options, labels, report)
# Bytes that scilama_graph_leiden() holds at most beside the graph, with the threads of the context: a neighbour graph of
# n points with k neighbours each has up to 2nk entries, usually 1.5. More only where a vertex, or a part of a community that
# has been joined, has over 65,536 neighbours.
#
# Returns SCILAMA_OK, or E_INVALID.
slm_graph_leiden_memory <- function(context, vertices, entries, options, bytes) .Call(C_scilama_graph_leiden_memory, context, vertices, entries, options, bytes)
# Runs Leiden at several resolutions; options->resolution is ignored.
#
# - resolutions: [count]
# - labels: [count × vertices]; may be NULL.
# - reports: [count], each initialised; may be NULL.
#
# Returns as scilama_graph_leiden(), E_INVALID for a resolution too; what was found until
# then stays in labels and reports.
slm_graph_leiden_sweep <- function(graph, options, resolutions, count, labels, reports) .Call(C_scilama_graph_leiden_sweep, graph, options, resolutions, count, labels, reports)
# Searches the resolution (by bisection, at most 40 runs) that gives `communities`
# communities, or the nearest number found; the report tells which.
# - communities: 1 to the vertices.
#
# Returns as scilama_graph_leiden().
slm_graph_leiden_target <- function(graph, options, communities, labels, report) .Call(C_scilama_graph_leiden_target, graph, options, communities, labels, report)
# Quality of a given partition, as scilama_leiden_report has it.
# - labels: [vertices], each ≥ 0.
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(entries).
slm_graph_quality <- function(graph, quality, resolution, labels, value) .Call(C_scilama_graph_quality, graph, quality, resolution, labels, value)
# Lays out a graph in a few dimensions (UMAP; McInnes, Healy, Melville 2018).
#
# The same layout for a seed, whatever the thread count: vertices move in 16
# interleaved batches an epoch, each from the places before the batch. Where the start is spectral, that of more than
# 100,000 vertices is a rough one. Cancelled, the places so far are in the layout.
# - graph: of SCILAMA_GRAPH_FUZZY, usually.
# - layout: [vertices × dimensions] receives the places; the start when options->init
# says so, stretched to 0 … 10 in every dimension first.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(entries · epochs).
slm_graph_umap <- function(graph, options, layout) .Call(C_scilama_graph_umap, graph, options, layout)
# Bytes that scilama_graph_umap() holds at most beside the graph and the layout, with the threads of the context; most are
# the spectral start's. Of options->points only their presence and points_dim count.
#
# Returns SCILAMA_OK, or E_INVALID as scilama_graph_umap().
slm_graph_umap_memory <- function(context, vertices, entries, options, bytes) .Call(C_scilama_graph_umap_memory, context, vertices, entries, options, bytes)
# Vertices, and stored entries (two per edge).
slm_graph_vertices <- function(graph) .Call(C_scilama_graph_vertices, graph)
# Compressed rows, borrowed: [vertices + 1], [entries], [entries]. NULL for a NULL graph.
slm_graph_weights <- function(graph) .Call(C_scilama_graph_weights, graph)
# Reads a matrix of obsm or varm.
#
# First with values NULL for the size, then with memory for it.
# - path: .h5ad file, or .h5mu: its modality rna, or the only one.
# - key: "obsm/NAME" or "varm/NAME"; of MuData also "mod/MODALITY/obsm/NAME", as in the two calls below.
# - rows: Receives the rows; may be NULL.
# - width: Receives the width; may be NULL.
# - values: [rows × width] or NULL.
# - size: elements that fit in values.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_FORMAT, E_INVALID (size too small).
slm_h5ad_read_array <- function(context, path, key, rows, width, values, size) .Call(C_scilama_h5ad_read_array, context, path, key, rows, width, values, size)
# Reads a column of a table: obs, var or a data frame in uns ("uns/scilama/history").
# Of categories and of texts it gives the codes, 0 … categories − 1 (texts: in order of their bytes).
#
# First with values NULL for the rows, then with memory for them.
# - rows: Receives the rows; may be NULL.
# - values: [rows] or NULL; NaN = missing.
# - size: elements that fit in values.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (not numbers, or size too small), E_FORMAT, E_NOMEM.
slm_h5ad_read_column <- function(context, path, table, column, rows, values, size) .Call(C_scilama_h5ad_read_column, context, path, table, column, rows, values, size)
# Reads a text of uns, say "uns/scilama/version"; one number as text.
# - text: Receives terminated UTF-8, freed by scilama_text_destroy().
#
# Returns SCILAMA_OK, E_NOTFOUND, E_FORMAT, E_NOMEM.
slm_h5ad_read_string <- function(context, path, key) .Call(C_scilama_h5ad_read_string, context, path, key)
# Cells and genes of the file.
slm_h5ad_writer_cells <- function(writer) .Call(C_scilama_h5ad_writer_cells, writer)
# Puts everything in place: synchronised, then renamed. The handle is still to be destroyed.
#
# Returns SCILAMA_OK, E_IO (the output is as before), E_STATE (committed before).
slm_h5ad_writer_commit <- function(writer) .Call(C_scilama_h5ad_writer_commit, writer)
# obs of a file of the same cells, in the same order, in place of the writer's: names and columns as they are stored there, whatever
# their types. Encodings of before anndata 0.8 are renewed.
# - input: may be the writer's output, which is as before until scilama_h5ad_writer_commit(), where it is an .h5ad.
# - options: which part of it, as in scilama_h5ad_writer_open_part(); NULL = defaults.
#
# Returns as scilama_h5ad_writer_open_part(); E_INVALID (another number of cells), E_STATE (committed before). Beside the output a copy
# of the input exists for a moment.
slm_h5ad_writer_copy_obs <- function(writer, input, options) .Call(C_scilama_h5ad_writer_copy_obs, writer, input, options)
# Starts a new file.
# - matrix: X, dense or CSR, float32; written at once.
# - cell_names: [rows]; NULL = numbered.
# - gene_names: [cols]; NULL = numbered.
#
# Returns SCILAMA_OK, E_INVALID, E_IO, E_NOMEM.
slm_h5ad_writer_create <- function(context, output, matrix, cell_names, gene_names) .Call(C_scilama_h5ad_writer_create, context, output, matrix, cell_names, gene_names)
# Starts a new file of a dataset: X (float32, the matrix as it came, before any recipe), the names of cells and genes, and the
# columns of cells. Those read from a file, or joined of several that agree, are booleans, integers, float32 and ordered categories as
# there, unless a boolean or an integer is missing: numbers are float64 then, booleans categories, as all other columns are. Of a
# streamed dataset X is CSR and is read as it is written.
# - matrix: 0: nothing is stored in X, which then reads as zeros, where the counts are to stay in the files that they are in.
#
# Returns SCILAMA_OK, E_INVALID, E_STATE (the matrix was given back), E_IO, E_NOMEM, E_CANCELLED, or what reading rows returns. O(entries).
slm_h5ad_writer_create_from <- function(output, dataset, matrix) .Call(C_scilama_h5ad_writer_create_from, output, dataset, matrix)
# Without a commit nothing is left behind. NULL is allowed.
slm_h5ad_writer_destroy <- function(writer) .Call(C_scilama_h5ad_writer_destroy, writer)
# Cells and genes of the file.
slm_h5ad_writer_genes <- function(writer) .Call(C_scilama_h5ad_writer_genes, writer)
# Starts an output: a copy of `input` to which results are added.
#
# Nothing of the input is lost, except what is put under the same name. `output` may be
# `input`; it changes only at scilama_h5ad_writer_commit(). anndata 0.8 and later read it.
# Of MuData the output is one modality, whole, as an .h5ad of its own; of a 10x .h5 file, a loom file or a MatrixMarket
# folder a new .h5ad: X (CSR), the names of cells and genes and the columns of cells as scilama_dataset_read() gives
# them. It must not be `input` then.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_INVALID, E_IO, E_FORMAT, E_NOMEM.
slm_h5ad_writer_open <- function(context, input, output) .Call(C_scilama_h5ad_writer_open, context, input, output)
# As scilama_h5ad_writer_open(), of that part of `input` which scilama_dataset_read() takes with these options: of MuData
# the modality, of a 10x file of several genomes the layer. Of AnnData all is taken, whatever the layer.
# - options: NULL = defaults.
#
# Returns as scilama_h5ad_writer_open().
slm_h5ad_writer_open_part <- function(context, input, options, output) .Call(C_scilama_h5ad_writer_open_part, context, input, options, output)
# layers[key]: dense or CSR, float32, of the size of X.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_layer <- function(writer, key, matrix) .Call(C_scilama_h5ad_writer_put_layer, writer, key, matrix)
# Columns of obs [cells] and var [genes]. Missing: NaN, code −1.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_obs_categorical <- function(writer, key, codes, categories, n_categories) .Call(C_scilama_h5ad_writer_put_obs_categorical, writer, key, codes, categories, n_categories)
# Columns of obs [cells] and var [genes]. Missing: NaN, code −1.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_obs_numeric <- function(writer, key, values) .Call(C_scilama_h5ad_writer_put_obs_numeric, writer, key, values)
# obsm[key] [cells × width], varm[key] [genes × width]: row-major with leading dimension ld
# (0 = width); NaN = no value. Replaces a key of the same name, as all of these do. Values are written
# at once and need not be kept.
#
# Returns as of all scilama_h5ad_writer_put functions: SCILAMA_OK, E_INVALID (the key, or values that do not
# fit), E_STATE (committed before), E_IO, E_NOMEM. O(values).
slm_h5ad_writer_put_obsm <- function(writer, key, values, width, ld) .Call(C_scilama_h5ad_writer_put_obsm, writer, key, values, width, ld)
# obsp[key] [cells × cells] and varp[key] [genes × genes] as CSR.
# - indptr: [rows + 1].
#
# Returns as scilama_h5ad_writer_put_obsm(); E_CANCELLED: it is not in the writer.
slm_h5ad_writer_put_obsp <- function(writer, key, indptr, indices, values) .Call(C_scilama_h5ad_writer_put_obsp, writer, key, indptr, indices, values)
# Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_uns_array <- function(writer, key, values, rows, cols) .Call(C_scilama_h5ad_writer_put_uns_array, writer, key, values, rows, cols)
# Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_uns_integer <- function(writer, key, value) .Call(C_scilama_h5ad_writer_put_uns_integer, writer, key, value)
# Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_uns_number <- function(writer, key, value) .Call(C_scilama_h5ad_writer_put_uns_number, writer, key, value)
# A record array in uns, as scanpy keeps uns["rank_genes_groups"]: rows of one field per name.
# - fields: [n_fields] names.
# - values: [n_fields × rows], field by field; NULL when these are strings.
# - strings: [n_fields × rows]; NULL when these are numbers.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_uns_records <- function(writer, key, fields, n_fields, rows, values, strings) .Call(C_scilama_h5ad_writer_put_uns_records, writer, key, fields, n_fields, rows, values, strings)
# Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_uns_string <- function(writer, key, value) .Call(C_scilama_h5ad_writer_put_uns_string, writer, key, value)
# Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_uns_strings <- function(writer, key, values, count) .Call(C_scilama_h5ad_writer_put_uns_strings, writer, key, values, count)
# A data frame in uns: first its index [rows], then its columns [rows] one by one.
#
# Returns as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table.
slm_h5ad_writer_put_uns_table <- function(writer, key, index, rows) .Call(C_scilama_h5ad_writer_put_uns_table, writer, key, index, rows)
# A data frame in uns: first its index [rows], then its columns [rows] one by one.
#
# Returns as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table.
slm_h5ad_writer_put_uns_table_numeric <- function(writer, key, column, values) .Call(C_scilama_h5ad_writer_put_uns_table_numeric, writer, key, column, values)
# A data frame in uns: first its index [rows], then its columns [rows] one by one.
#
# Returns as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table.
slm_h5ad_writer_put_uns_table_strings <- function(writer, key, column, values) .Call(C_scilama_h5ad_writer_put_uns_table_strings, writer, key, column, values)
# Columns of obs [cells] and var [genes]. Missing: NaN, code −1.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_var_categorical <- function(writer, key, codes, categories, n_categories) .Call(C_scilama_h5ad_writer_put_var_categorical, writer, key, codes, categories, n_categories)
# Columns of obs [cells] and var [genes]. Missing: NaN, code −1.
#
# Returns as scilama_h5ad_writer_put_obsm().
slm_h5ad_writer_put_var_numeric <- function(writer, key, values) .Call(C_scilama_h5ad_writer_put_var_numeric, writer, key, values)
# obsm[key] [cells × width], varm[key] [genes × width]: row-major with leading dimension ld
# (0 = width); NaN = no value. Replaces a key of the same name, as all of these do. Values are written
# at once and need not be kept.
#
# Returns as of all scilama_h5ad_writer_put functions: SCILAMA_OK, E_INVALID (the key, or values that do not
# fit), E_STATE (committed before), E_IO, E_NOMEM. O(values).
slm_h5ad_writer_put_varm <- function(writer, key, values, width, ld) .Call(C_scilama_h5ad_writer_put_varm, writer, key, values, width, ld)
# obsp[key] [cells × cells] and varp[key] [genes × genes] as CSR.
# - indptr: [rows + 1].
#
# Returns as scilama_h5ad_writer_put_obsm(); E_CANCELLED: it is not in the writer.
slm_h5ad_writer_put_varp <- function(writer, key, indptr, indices, values) .Call(C_scilama_h5ad_writer_put_varp, writer, key, indptr, indices, values)
# Write the defaults.
slm_holdout_options_init <- function(options, struct_size) .Call(C_scilama_holdout_options_init, options, struct_size)
# Write the defaults.
slm_holdout_report_init <- function(report, struct_size) .Call(C_scilama_holdout_report_init, report, struct_size)
# Clusters points by Lloyd's k-means from k-means++ seeds, Euclidean.
#
# - labels: [n] numbered by decreasing size.
# - centers: [clusters × dim]; may be NULL.
# - inertia: sum of squared distances to the centres; may be NULL.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
# O(restarts · iterations · n · clusters · dim).
slm_kmeans <- function(context, points, n, dim, ld, options, labels, centers, inertia) .Call(C_scilama_kmeans, context, points, n, dim, ld, options, labels, centers, inertia)
# Write the defaults.
slm_kmeans_options_init <- function(options, struct_size) .Call(C_scilama_kmeans_options_init, options, struct_size)
# Finds the k nearest other points of every point.
#
# Nearest first; equal distances by ascending index. A point is never its own
# neighbour, also when others coincide with it. The exact method's neighbours are
# those of double-precision distances.
# - points: [n × dim], finite.
# - n: more than options->neighbors, below 2³¹.
# - indices: [n × neighbors] receives the neighbours.
# - distances: [n × neighbors] receives the distances; may be NULL.
# - report: May be NULL.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE (the point is named), E_NOMEM, E_CANCELLED.
slm_knn <- function(context, points, n, dim, ld, options, indices, distances, report) .Call(C_scilama_knn, context, points, n, dim, ld, options, indices, distances, report)
# Bytes that scilama_knn() holds at most, with the threads of the context; what the caller provides is not counted.
#
# Returns SCILAMA_OK, or E_INVALID as scilama_knn().
slm_knn_memory <- function(context, n, dim, options, bytes) .Call(C_scilama_knn_memory, context, n, dim, options, bytes)
# Write the defaults.
slm_knn_options_init <- function(options, struct_size) .Call(C_scilama_knn_options_init, options, struct_size)
# Write the defaults.
slm_knn_report_init <- function(report, struct_size) .Call(C_scilama_knn_report_init, report, struct_size)
# Set struct_size and what is known before a call.
#
# Returns SCILAMA_OK, E_INVALID.
slm_label_info_init <- function(info, struct_size) .Call(C_scilama_label_info_init, info, struct_size)
# Compares two labellings of the same points. Points with a negative code in
# either are left out.
#
# Returns SCILAMA_OK, E_INVALID (nothing to compare), E_NOMEM.
slm_labels_compare <- function(context, a, b, n, agreement) .Call(C_scilama_labels_compare, context, a, b, n, agreement)
# Write the defaults.
slm_leiden_options_init <- function(options, struct_size) .Call(C_scilama_leiden_options_init, options, struct_size)
# Write the defaults.
slm_leiden_report_init <- function(report, struct_size) .Call(C_scilama_leiden_report_init, report, struct_size)
# Local inverse Simpson index of every point: how many labels its neighbourhood
# holds, effectively (Korsunsky et al. 2019, neighbours weighted to a perplexity).
#
# - indices: [n × neighbors] of scilama_knn().
# - distances: [n × neighbors].
# - labels: [n], each ≥ 0.
# - perplexity: 0 = floor((neighbors + 1) / 3).
# - lisi: [n] receives 1 … labels; −1 where all neighbours' weight vanishes.
#
# Returns SCILAMA_OK, E_INVALID (a neighbour or label out of range, a perplexity below 1),
# E_NONFINITE, E_NOMEM. O(n · (neighbors + labels)).
slm_lisi <- function(context, n, neighbors, indices, distances, labels, perplexity, lisi) .Call(C_scilama_lisi, context, n, neighbors, indices, distances, labels, perplexity, lisi)
# Write the defaults.
slm_loading_options_init <- function(options, struct_size) .Call(C_scilama_loading_options_init, options, struct_size)
# Write the defaults.
slm_loading_report_init <- function(report, struct_size) .Call(C_scilama_loading_report_init, report, struct_size)
# Set struct_size and defaults.
#
# Returns SCILAMA_OK, E_INVALID.
slm_map_options_init <- function(options, struct_size) .Call(C_scilama_map_options_init, options, struct_size)
# Write the defaults.
slm_marker_options_init <- function(options, struct_size) .Call(C_scilama_marker_options_init, options, struct_size)
# Write the defaults.
slm_marker_table_init <- function(table, struct_size) .Call(C_scilama_marker_table_init, table, struct_size)
# Both of the above, and the combined rank.
# - cells: [cells × dim].
# - genes: [genes of the matrix × dim].
#
# Returns as scilama_wilcoxon() and scilama_paired_markers(). Memory for 3 [n_groups × genes] arrays beside the table at most.
slm_markers <- function(dataset, cells, genes, dim, groups, n_groups, batches, options, table) .Call(C_scilama_markers, dataset, cells, genes, dim, groups, n_groups, batches, options, table)
# Writes the defaults of each struct.
slm_match_options_init <- function(options, struct_size) .Call(C_scilama_match_options_init, options, struct_size)
# Writes the defaults of each struct.
slm_match_report_init <- function(report, struct_size) .Call(C_scilama_match_report_init, report, struct_size)
# Writes the defaults of each struct.
slm_matrix_init <- function(matrix, struct_size) .Call(C_scilama_matrix_init, matrix, struct_size)
# Adapts a model to the batches of a query: categories of the model's categorical covariates that it does not know are added
# (scilama_model_extend_covariate()), and what the model has of each is found from the query's cells, all else staying as it is, so
# that cells of known categories, a reference's among them, are embedded to the bit as before. Where the encoder corrects by clusters
# (SCILAMA_ENCODER_COVARIATES_CLUSTERS) the category's shifts bring up to 4,096 of its cells to where the model's training cells lie,
# cluster by cluster, and its spreads and turns give them the training cells' covariance (docs/model.md, "New batches"); columns of
# an encoder that has some, and the decoder's, follow the objective of whichever head reconstructs better, on the cells of the
# dataset's train split.
# - dataset: a query with the model's covariate columns, such that some categories are new.
# - options: NULL = defaults.
# - report: may be NULL.
#
# Returns SCILAMA_OK (also when no category is new), E_STATE (a trainer holds the model),
# E_UNSUPPORTED (batch_norm), what encoding and training return, E_NOMEM, E_CANCELLED: after a failure categories may
# have been added, with columns of the known ones' mean or as trained so far. Parameter views taken before are void.
# O(new categories · 50 axes · (30 + axes) · min(cells, 4096)), 50 axes³ for each, and decoder_steps steps.
slm_model_adapt <- function(model, dataset, options, report) .Call(C_scilama_model_adapt, model, dataset, options, report)
# Name of category `category` of covariate `index`, in the order of its columns: sorted, those
# added later behind. Borrowed until the model is extended or destroyed; NULL when out of range,
# or when the covariate is not categorical.
slm_model_category <- function(model, index, category) .Call(C_scilama_model_category, model, index, category)
# Embeds cells as scilama_model_encode_cells() does. An Arrow struct: cell_id (utf8) and embedding (fixed-size
# list of float32).
# - schema: as in scilama_gene_table_to_arrow().
# - array: likewise.
#
# Returns as scilama_model_encode_cells().
slm_model_cells_to_arrow <- function(model, dataset, schema, array) .Call(C_scilama_model_cells_to_arrow, model, dataset, schema, array)
# The same for covariate `index` of the model (scilama_model_covariate()). A column that the dataset lacks
# altogether is an error of encoding, and here: all cells missing.
#
# Returns SCILAMA_OK, E_INVALID (index out of range), E_NOMEM.
slm_model_check_covariate <- function(model, dataset, index, report) .Call(C_scilama_model_check_covariate, model, dataset, index, report)
# Compares a dataset with what the model needs, before anything is encoded. The same is said in
# warnings when cells are encoded or decoded.
#
# Returns SCILAMA_OK, E_NOMEM; where genes are absent also E_STATE (the matrix was given back), E_INVALID (values of another kind) and
# what reading rows returns. O(genes + cells · covariates), and where genes are absent passes over the entries.
slm_model_check_query <- function(model, dataset, report) .Call(C_scilama_model_check_query, model, dataset, report)
# Warm start: copies parameters and running statistics from another model. Parameter
# prefix + rest receives from_prefix + rest where the shapes are equal. What belongs to
# genes (the cell encoder's first weight, the head, b_out, dispersion) is copied
# only when both models have the same genes; what reads covariates only when their
# encodings are equal; what lies along axes only with these; a gene encoder's first weight only when both project the vectors on
# the same axes (without embed_pca: when the widths are equal). With clusters comes what scilama_model_adapt() added to them;
# clusters and mixture that do not come with new axes are forgotten, and sought by the next trainer. The cell encoder's
# latent_mu of a model whose latent means a mixture gives was never trained: it is left out where that mixture is not
# copied too. Not while a trainer steps.
# - prefix: NULL = every parameter; "feature_encoder.encoders.1." = the second modality's encoder.
# - from_prefix: NULL = prefix.
# - copied: number of parameters copied; may be NULL.
#
# Returns SCILAMA_OK, E_INVALID, E_NOTFOUND (nothing was copied), E_NOMEM (the same). Time O(parameters).
slm_model_copy_parameters <- function(model, from, prefix, from_prefix, copied) .Call(C_scilama_model_copy_parameters, model, from, prefix, from_prefix, copied)
# Describes covariate `index`, in the order of its columns. The name lives until the model is
# extended or destroyed.
#
# Returns SCILAMA_OK, E_INVALID (index out of range).
slm_model_covariate <- function(model, index, info) .Call(C_scilama_model_covariate, model, index, info)
# Number of covariates, whatever their kind. To embed cells or decode, a dataset needs a cell
# column of each one's name.
slm_model_covariates <- function(model) .Call(C_scilama_model_covariates, model)
# Creates a model for a dataset: its genes, recipe, covariates and embeddings, with
# initial weights (Xavier normal, biases 0).
#
# - options: NULL = the recommended ones.
#
# Returns SCILAMA_OK, E_INVALID (an option, or a likelihood of counts without counts), E_NOMEM,
# E_STATE, E_UNSUPPORTED, and as scilama_dataset_preprocess() where the recipe is to be fitted first.
slm_model_create <- function(dataset, options) .Call(C_scilama_model_create, dataset, options)
# Decodes cells of a dataset: denoised or batch-corrected expression of the model's genes.
#
# With a likelihood of counts: expected counts at equal depth, the softmax times the recipe's
# target_sum (10,000 when it does not normalise); `unscale` changes nothing.
# - values: [cells × G] in model order, leading dimension ld (0 = G).
#
# Returns as scilama_model_encode_cells(); E_NOTFOUND also for a replaced covariate or category, E_STATE
# (PAIRED without a gene VAE). O(cells · G · h_1), twice so with match_levels.
slm_model_decode <- function(model, dataset, options, values, ld) .Call(C_scilama_model_decode, model, dataset, options, values, ld)
# Expression of unseen genes for the cells of a dataset, from the genes' vectors.
#
# Head BEST (the default): by kernel regression on the vectors of the model's genes, as scilama_model_predict_genes() does;
# units as there. Head PAIRED: by the gene autoencoder, in scaled units (mean 0 where the gene's bias is unknown); with a likelihood of
# counts the logarithm of the rate, up to the gene's unknown level.
# - tables,: names, n_tables  as in scilama_model_encode_new_genes().
# - values: [cells × rows of the tables], leading dimension ld (0 = rows).
#
# Returns as scilama_model_decode(), scilama_model_encode_new_genes() and scilama_model_predict_genes(); E_INVALID (head CELL).
slm_model_decode_new_genes <- function(model, dataset, options, tables, names, n_tables, values, ld) .Call(C_scilama_model_decode_new_genes, model, dataset, options, tables, names, n_tables, values, ld)
# Lets the reference that a model carries know its cells' prepared expression, as 32 numbers each on the directions of
# scilama_model_learn_absent(), saved with it: scilama_model_novelty() needs it.
# - dataset: the reference's cells, in its order.
#
# Returns SCILAMA_OK, E_STATE (no reference, or nothing learnt of absent genes), E_INVALID (another number of cells), what
# encoding returns, E_NOMEM, E_CANCELLED. O(32 cells · genes).
slm_model_describe_reference <- function(model, dataset) .Call(C_scilama_model_describe_reference, model, dataset)
# Releases the caller's hold; NULL is allowed.
slm_model_destroy <- function(model) .Call(C_scilama_model_destroy, model)
# Embeds cells: mu_s, dropout off. Cells of another dataset are prepared by the
# model's recipe, with size factors over the genes that they share with its training cells. Genes
# that they were not measured on are filled in from those that they were, or left out
# (scilama_model_learn_absent()); unknown and missing categories are an average of the known. What is
# absent or unknown is said in warnings (scilama_model_check_query() has it as data).
# - mu: [cells × L], leading dimension ld (0 = L).
# - sigma: the same shape, or NULL.
#
# Returns SCILAMA_OK, E_NOTFOUND (covariate column, or no gene in common), E_INVALID (values or columns of
# another kind than the model's), E_NONFINITE (a raw covariate is missing: cell named), E_NOMEM,
# E_CANCELLED, and of rows read as needed what reading them returns. O(cells · parameters of the cell
# encoder), for sparse cells less.
slm_model_encode_cells <- function(model, dataset, mu, sigma, ld) .Call(C_scilama_model_encode_cells, model, dataset, mu, sigma, ld)
# Embeds the model's genes: mu_f, dropout off.
# - mu: [G × L] in model order, leading dimension ld (0 = L).
# - sigma: the same shape, or NULL.
#
# Returns E_STATE without a gene VAE.
slm_model_encode_genes <- function(model, mu, sigma, ld) .Call(C_scilama_model_encode_genes, model, mu, sigma, ld)
# Embeds genes that the model never saw, from their vectors alone.
# - tables: [n_tables] one for each modality, all of the same genes in the same order: as wide as the tables
# that the model was made with, not conditioned.
# - names: [n_tables] the modality that each belongs to; NULL = the order of the model.
# - n_tables: number of modalities of the model.
# - mu: [rows of the tables × L], leading dimension ld (0 = L).
#
# Returns SCILAMA_OK, E_INVALID (number, width or genes of the tables), E_NOTFOUND (a name), E_STATE (no gene VAE, or
# one that reads expression), E_NOMEM, E_CANCELLED. O(rows · parameters of the gene encoder).
slm_model_encode_new_genes <- function(model, tables, names, n_tables, mu, ld) .Call(C_scilama_model_encode_new_genes, model, tables, names, n_tables, mu, ld)
# Adds categories to a categorical covariate, to map new batches onto a trained model: each
# gets a column in what reads the covariates, the mean of the known ones' at first, so that all results
# so far stay as they were. Then train on the new cells with scilama_trainer_options.freeze_reference.
# Parameter views and names taken before are void; datasets prepared before are prepared again by
# the model's recipe.
# - key: name of the covariate.
# - values: [count] new categories.
#
# Returns SCILAMA_OK, E_INVALID, E_NOTFOUND, E_DUPLICATE (a category is there already),
# E_STATE (a trainer holds the model), E_NOMEM.
slm_model_extend_covariate <- function(model, key, values, count) .Call(C_scilama_model_extend_covariate, model, key, values, count)
# Views the parameter of that name.
#
# Returns E_NOTFOUND.
slm_model_find_parameter <- function(model, name, tensor) .Call(C_scilama_model_find_parameter, model, name, tensor)
# Name of a gene of the model, in model order; borrowed; NULL when out of range.
slm_model_gene_name <- function(model, gene) .Call(C_scilama_model_gene_name, model, gene)
# The vectors of the model's genes in one modality, as the gene encoder reads them (conditioned).
# - width: columns; receives the number.
# - values: [genes × width] in model order, leading dimension ld (0 = width); NULL = tell the width only. Rows of genes
# that no table knows are NaN.
#
# Returns SCILAMA_OK, E_INVALID (modality out of range, ld).
slm_model_gene_vectors <- function(model, modality, width, values, ld) .Call(C_scilama_model_gene_vectors, model, modality, width, values, ld)
# Embeds the model's genes as scilama_model_encode_genes() does. An Arrow struct: gene_id (utf8) and
# embedding (fixed-size list of float32), in model order.
# - schema: as in scilama_gene_table_to_arrow().
# - array: likewise.
#
# Returns as scilama_model_encode_genes().
slm_model_genes_to_arrow <- function(model, schema, array) .Call(C_scilama_model_genes_to_arrow, model, schema, array)
# Tells sizes and progress.
#
# Returns SCILAMA_OK.
slm_model_get_info <- function(model, info) .Call(C_scilama_model_get_info, model, info)
# Copies the options in force.
#
# Returns SCILAMA_OK.
slm_model_get_options <- function(model, options) .Call(C_scilama_model_get_options, model, options)
# The reference that a model carries; the caller destroys it.
#
# Returns SCILAMA_OK, E_NOTFOUND (it carries none).
slm_model_get_reference <- function(model) .Call(C_scilama_model_get_reference, model)
# Writes the defaults of a preset.
# - preset: scilama_preset.
slm_model_info_init <- function(info, struct_size) .Call(C_scilama_model_info_init, info, struct_size)
# Learns from the training cells how the model's genes vary together, so that cells measured on a part of
# them can be encoded: probabilistic principal components of rank 32 (Tipping & Bishop 1999, eq. 12) of up to
# 4,096 of them. Absent genes are then taken for their mean given the measured ones. Without it they are left
# out, and the others grow by √(genes / measured). Full panels are encoded the same with and without. Saved
# with the model: 33 numbers a gene.
# - dataset: the one that the model was created for.
#
# Returns SCILAMA_OK, E_STATE (under three training cells or two genes, or a trainer holds the model), E_NOMEM,
# E_CANCELLED, and of rows read as needed what reading them returns.
# O(cells · genes · min(cells, genes)) for at most 4,096 cells.
slm_model_learn_absent <- function(model, dataset) .Call(C_scilama_model_learn_absent, model, dataset)
# Loads a saved model.
#
# Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (damaged, or no model), E_UNSUPPORTED (of a newer format),
# E_NOMEM. O(parameters).
slm_model_load <- function(context, path) .Call(C_scilama_model_load, context, path)
# Loads a model from the bytes of a saved one, whichever call saved it. They are read during the call alone.
#
# Returns as scilama_model_load().
slm_model_load_memory <- function(context, bytes, size) .Call(C_scilama_model_load_memory, context, bytes, size)
# Places all cells of a query among a model's reference, and writes what is found: the calls above in one, with one reading of the
# rows and memory for 65,536 cells at a time. Into a writer go obsm["X_KEY"], the embedding, and obsm["X_KEY_umap"], the place in the
# reference's layout; obs["KEY_distance"], mean distance to the neighbours in units of the reference's reach, obs["KEY_novelty"]
# (scilama_model_novelty()) and of every column NAME of labels obs["KEY_NAME"], …_probability, …_second, …_second_probability and
# …_unknown ("yes", "no"); uns["KEY_map"], what scilama_model_check_query() tells. What an earlier call left under this key goes.
# - writer: of the file that the dataset was read from, or of another with its cells in its order; not committed.
# - options: NULL = defaults.
#
# Returns SCILAMA_OK, E_NOTFOUND (the model carries no reference), E_INVALID (another number of cells, an option, a key), E_DUPLICATE (labels
# called as another result: "distance", say), E_STATE (committed before), E_IO, what encoding returns, E_NOMEM, E_CANCELLED, E_CALLBACK (`each` asked to stop):
# after a failure results are in the writer in part, which is only to be destroyed. As scilama_model_encode_cells(), scilama_reference_neighbors() and scilama_model_novelty() together.
slm_model_map <- function(model, dataset, writer, options) .Call(C_scilama_model_map, model, dataset, writer, options)
# Gives genes of a dataset the names that the model has for them: those that the model does not know as they are, of another case or
# version, or with an alias (an orthologue of another species, say), go by the name of the model's that matches under the options. Of several
# that match one name the first has it, and none a name that a gene of the dataset has already. Before gene tables are added.
# - options: NULL = defaults, under which nothing matches that did not; missing and first_duplicate have no meaning here.
# - renamed: how many genes go by another name now; may be NULL.
#
# Returns SCILAMA_OK, E_INVALID, E_STATE (the dataset is preprocessed or has gene tables), E_NOMEM: names are as they were then.
# O(genes + aliases).
slm_model_match_genes <- function(model, dataset, options, renamed) .Call(C_scilama_model_match_genes, model, dataset, options, renamed)
# Name of a modality, borrowed; NULL when out of range.
slm_model_modality_name <- function(model, modality) .Call(C_scilama_model_modality_name, model, modality)
# Width of a modality's vectors as they are given, before embed_pca; 0 when out of range. Of a gene encoder
# that reads expression the number of training cells.
slm_model_modality_width <- function(model, modality) .Call(C_scilama_model_modality_width, model, modality)
# How much sparser reference cells lie around each cell of a query than other cells of the query do, on axes along which
# either varies (20 principal axes of both, weighted alike, of expression that is not scaled to variance 1): the log of the ratio of
# mean distances to the 8 nearest, less what the numbers of cells explain, averaged over a cell and its 30 nearest. Around 0 or below:
# the reference has such cells as often; above 0.15: hardly any. A property of the whole query: give all its cells at once; of more than
# 16,384 some are measured, spread evenly, and any cell has the mean of the 4 nearest of these. What a batch that the model was adapted
# to adds to its cells is taken off first: the mean, over a cell's 15 nearest of up to 2,048 reference cells in the embedding, of what
# lies between the query's cells and the reference's that are nearest to these, 8 of each; small axes count for more then.
# Cells without any count tell nothing of others, and have 1.
# - novelty: [cells].
#
# Returns SCILAMA_OK, E_STATE (no reference, or not described), E_INVALID (under 10 cells on either side), what encoding
# returns, E_NOMEM, E_CANCELLED. O(cells · genes + cells · 16384) at most; memory
# for 16,384 cells at a time.
slm_model_novelty <- function(model, dataset, novelty) .Call(C_scilama_model_novelty, model, dataset, novelty)
# Writes the defaults of a preset.
# - preset: scilama_preset.
slm_model_options_init <- function(options, struct_size, preset) .Call(C_scilama_model_options_init, options, struct_size, preset)
# Views parameter `index`. The pointer lives as long as the model.
#
# Returns SCILAMA_OK, E_INVALID (index out of range).
slm_model_parameter <- function(model, index, tensor) .Call(C_scilama_model_parameter, model, index, tensor)
# A parameter of a model, [rows × cols], [rows] or a single number, where it lies; read-only.
#
# Training changes the numbers in place: read them between steps. After
# scilama_model_extend_covariate() the tensor keeps the numbers as they were before it.
# - name: as in scilama_model_find_parameter().
# - out: as in scilama_gene_table_to_dlpack().
#
# Returns SCILAMA_OK, E_NOTFOUND, E_NOMEM. O(1).
slm_model_parameter_to_dlpack <- function(model, name) .Call(C_scilama_model_parameter_to_dlpack, model, name)
# Number of parameters and running statistics.
slm_model_parameters <- function(model) .Call(C_scilama_model_parameters, model)
# Expression of genes that the model was not trained on, measured or not, from vectors in any tables that know both them and
# genes of the model: another data set's loadings, text, sequence. The model needs no gene VAE.
#
# At most 1,024 of the cells, evenly drawn, are decoded, x̂. The 30 leading axes of y = (x̂ + z) / 2, z the cells as measured, what the
# model's genes as measured have to do with each, and by kernel ridge regression from the vectors (scilama_gene_holdout() has the kernel and
# judges it) what the new genes have: a cell's value is that of the axes at its y; decoded as of other covariates, x̂', at x̂' + (z − x̂) / 2.
# So options' covariates, averages too, reach the new genes.
# The same kernel with a linear trend tells the logarithms of mean and deviation. Several tables are weighed, for expression and for
# levels apart, by how likely they make those of at most 1,024 of the model's genes. A few hundred cells are needed for the axes.
# - options: unscale: units before scaling, none below 0, by the means and deviations expected; else standard
# deviations of the gene about its mean. head and match_levels change nothing.
# - tables: [n_tables] 1 to 16; genes are found by name, those of the model too.
# - genes: [n_genes] names. One of the model's own is told by its vectors and its expression, which it has.
# - values: [cells × n_genes], leading dimension ld (0 = n_genes); NULL = only the forecast is wanted.
# - forecast: what to expect, or NULL.
#
# Returns as scilama_model_decode(); E_NOTFOUND (a gene that no table knows, or fewer than 10 of the model's), E_INVALID (too few
# cells). O(cells · G · h_1 + G² (Σ widths + 30)); room for G² floats, of several tables at least (n_tables + 3) min(G, 1,024)².
slm_model_predict_genes <- function(model, dataset, options, tables, n_tables, genes, n_genes, values, ld, forecast) .Call(C_scilama_model_predict_genes, model, dataset, options, tables, n_tables, genes, n_genes, values, ld, forecast)
# Saves a model: everything that encoding new cells needs. The file is replaced at once or not at all.
#
# Returns SCILAMA_OK, E_IO, E_NOMEM. O(parameters).
slm_model_save <- function(model, path) .Call(C_scilama_model_save, model, path)
# Saves a model as scilama_model_save() does, but into memory: to pickle it, send it, keep it in a database. A reference
# that it carries comes along.
# - bytes: Receives the bytes of the file, freed by scilama_bytes_destroy(); NULL on failure.
# - size: Receives how many there are.
#
# Returns SCILAMA_OK, E_NOMEM, E_IO (the system has no room for it). O(parameters), of which two copies exist for a moment.
slm_model_save_memory <- function(model) .Call(C_scilama_model_save_memory, model)
# Sets a parameter. Not while a trainer steps.
# - values: [count], finite; count must be rows × cols.
#
# Returns E_NOTFOUND, E_INVALID, E_NONFINITE.
slm_model_set_parameter <- function(model, name, values, count) .Call(C_scilama_model_set_parameter, model, name, values, count)
# Lets a model carry a reference, in memory and in its file, instead of one that it had. The model retains it.
#
# Returns SCILAMA_OK, E_INVALID (another dim than the model's L).
slm_model_set_reference <- function(model, reference) .Call(C_scilama_model_set_reference, model, reference)
# Activity of modules: the mean z-score (over all cells) of the expression of a module's genes.
#
# - labels: [genes of the matrix]: module or −1.
# - activity: [cells × modules]. Genes that do not vary count as zero; a module
# without genes is NaN.
#
# Returns as scilama_wilcoxon(). O(stored).
slm_module_activity <- function(dataset, labels, modules, activity) .Call(C_scilama_module_activity, dataset, labels, modules, activity)
# Tests whether a module's genes go together in the expression of cells.
#
# The coherence is the mean correlation of pairs of its genes. It is compared with
# random sets of genes of the same size and the same deciles of mean expression, drawn
# from the genes with a label (−1 included; −2 and less: not drawn from).
# - coherence: [modules]; may be NULL.
# - p: [modules] one-sided, never below 1 / (permutations + 1); may be NULL.
# - fdr: [modules] Benjamini–Hochberg; may be NULL.
#
# Returns as scilama_wilcoxon().
slm_module_coherence <- function(dataset, labels, modules, options, coherence, p, fdr) .Call(C_scilama_module_coherence, dataset, labels, modules, options, coherence, p, fdr)
# Write the defaults.
slm_module_options_init <- function(options, struct_size) .Call(C_scilama_module_options_init, options, struct_size)
# Activity of modules in the paired space: z_s · mean of z_f over the module's genes.
#
# - cells: [n × dim].
# - genes: [n_genes × dim]; rows with a NaN are left out.
# - labels: [n_genes] module or −1.
# - activity: [n × modules]; a module without genes is NaN.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. O(n · modules · dim).
slm_module_projection <- function(context, cells, n, genes, n_genes, dim, labels, modules, activity) .Call(C_scilama_module_projection, context, cells, n, genes, n_genes, dim, labels, modules, activity)
# Write the defaults.
slm_module_report_init <- function(report, struct_size) .Call(C_scilama_module_report_init, report, struct_size)
# Checks every field of a struct of options against its bounds; rules between fields are told by the call that
# reads the struct.
# - options: a struct of the kind that `of` says, its struct_size set.
#
# Returns SCILAMA_OK, E_INVALID (`of`, or an option, which is named). O(options).
slm_option_check <- function(of, options) .Call(C_scilama_option_check, of, options)
# Name of choice number `choice` of an option, such as "cell-gene". Static storage; NULL behind the last, and for
# options without choices.
# - value: receives what the field is set to; may be NULL.
slm_option_choice <- function(of, index, choice, value) .Call(C_scilama_option_choice, of, index, choice, value)
# Number of options in a struct, reserved fields and struct_size not counted.
# - of: scilama_options; 0 is returned for other numbers.
slm_option_count <- function(of) .Call(C_scilama_option_count, of)
# Finds an option by the name of its field.
#
# Returns its index, or -1. O(options).
slm_option_find <- function(of, name) .Call(C_scilama_option_find, of, name)
# Describes option `index`, in the order in which people should meet them.
#
# Returns SCILAMA_OK, E_INVALID (`of` or index out of range). O(1).
slm_option_get_info <- function(of, index, info) .Call(C_scilama_option_get_info, of, index, info)
# Writes zeros.
#
# Returns SCILAMA_OK or E_INVALID.
slm_option_info_init <- function(info, struct_size) .Call(C_scilama_option_info_init, info, struct_size)
# Adjusts p-values by Benjamini and Hochberg. NaNs stay and do not count.
# - adjusted: [n]; may be p.
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(n log n).
slm_p_adjust <- function(context, p, n, adjusted) .Call(C_scilama_p_adjust, context, p, n, adjusted)
# Scores genes for groups of cells in the paired space.
#
# For each group, s_g = (mean z_s of its cells − mean z_s of the others) · z_f of the
# gene. Significance: group codes are permuted within batches; a gene's score is put
# in standard deviations of its own permuted scores, which makes the genes' scores
# alike, and the permuted scores of all genes of the group together are the null of each.
# - cells: [n × dim] z_s (or mu_s), finite, leading dimension dim.
# - genes: [n_genes × dim] z_f (or mu_f), leading dimension dim; a row with a NaN is
# a gene outside the paired space.
# - groups: [n] codes.
# - batches: [n] codes; NULL = one batch. Cells with a
# negative code are left out.
# - table: Receives the paired arrays; the others are left alone.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
# O(permutations · (n + groups · n_genes) · dim).
slm_paired_markers <- function(context, cells, n, genes, n_genes, dim, groups, n_groups, batches, options, table) .Call(C_scilama_paired_markers, context, cells, n, genes, n_genes, dim, groups, n_groups, batches, options, table)
# Principal components: eigenvectors of the covariance, by Lanczos iteration to
# convergence (of the smaller product matrix when one has at most 4096 rows).
#
# The sign is such that the entry of largest magnitude of each component is positive.
# - x: [n × genes], finite.
# - scores: [n × components]; may be NULL. `components` is the number asked
# for, cut to min(n, genes): see scilama_pca_components().
# - components: [components × genes] of unit length; may be NULL.
# - variances: [components], with n − 1 below; may be NULL.
# - total: variance of all genes together; may be NULL.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
# O(n · genes · min(n, genes)) up to 4096 rows or columns, else O(n · genes) for
# every step of the iteration.
slm_pca <- function(context, x, n, genes, ld, options, scores, components, variances, total) .Call(C_scilama_pca, context, x, n, genes, ld, options, scores, components, variances, total)
# min(options' components, n, genes).
slm_pca_components <- function(options, n, genes) .Call(C_scilama_pca_components, options, n, genes)
# Write the defaults.
slm_pca_options_init <- function(options, struct_size) .Call(C_scilama_pca_options_init, options, struct_size)
# Writes the defaults of a preset.
# - preset: scilama_preset; they differ in scale_shrink.
slm_preprocess_options_init <- function(options, struct_size, preset) .Call(C_scilama_preprocess_options_init, options, struct_size, preset)
# Writes the defaults of each struct.
slm_preprocess_report_init <- function(report, struct_size) .Call(C_scilama_preprocess_report_init, report, struct_size)
# Set struct_size and what is known before a call.
#
# Returns SCILAMA_OK, E_INVALID.
slm_query_report_init <- function(report, struct_size) .Call(C_scilama_query_report_init, report, struct_size)
# Adds a column of labels, and calibrates its probabilities on up to 4,096 of the reference's cells, each left
# out in turn. Not once a model or another thread holds the reference.
# - codes: [cells] below n_categories; negative = no label.
# - categories: [n_categories] their names.
#
# Returns SCILAMA_OK, E_INVALID, E_DUPLICATE (a column of that name), E_NOMEM, E_CANCELLED.
slm_reference_add_labels <- function(reference, name, codes, categories, n_categories) .Call(C_scilama_reference_add_labels, reference, name, codes, categories, n_categories)
# Name of category `category` of column `index`, borrowed; NULL when out of range.
slm_reference_category <- function(reference, index, category) .Call(C_scilama_reference_category, reference, index, category)
# Makes a reference of cells' embedding.
# - points: [cells × dim] finite, copied; leading dimension ld (0 = dim). cells ≥ 3.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(min(cells, 4096) · cells · dim).
slm_reference_create <- function(context, points, cells, dim, ld) .Call(C_scilama_reference_create, context, points, cells, dim, ld)
# Releases the caller's hold; NULL is allowed.
slm_reference_destroy <- function(reference) .Call(C_scilama_reference_destroy, reference)
# Tells sizes.
#
# Returns SCILAMA_OK.
slm_reference_get_info <- function(reference, info) .Call(C_scilama_reference_get_info, reference, info)
# Set struct_size and what is known before a call.
#
# Returns SCILAMA_OK, E_INVALID.
slm_reference_info_init <- function(info, struct_size) .Call(C_scilama_reference_info_init, info, struct_size)
# Describes column `index` of labels.
#
# Returns SCILAMA_OK, E_INVALID (out of range).
slm_reference_label <- function(reference, index, info) .Call(C_scilama_reference_label, reference, index, info)
# The k nearest reference cells by Euclidean distance, exactly: nearest first, ties by number.
# - points: [n × dim] finite, leading dimension ld (0 = dim), as scilama_model_encode_cells() gives them.
# - indices: [n × k] numbers of reference cells.
# - distances: [n × k].
#
# Returns SCILAMA_OK, E_INVALID (k not 1 to cells), E_NONFINITE, E_NOMEM, E_CANCELLED. O(n · cells · dim) at most, by a
# tree of the reference that the first call builds in O(cells · dim · log cells) and the reference keeps.
slm_reference_neighbors <- function(reference, points, n, ld, k, indices, distances) .Call(C_scilama_reference_neighbors, reference, points, n, ld, k, indices, distances)
# Places cells in the reference's layout: the mean of their neighbours' places, weighted like votes.
# - layout: [n × layout_dims].
#
# Returns SCILAMA_OK, E_STATE (no layout), E_INVALID.
slm_reference_place <- function(reference, indices, distances, n, k, layout) .Call(C_scilama_reference_place, reference, indices, distances, n, k, layout)
# Sets a layout to look at, such as UMAP.
# - layout: [cells × dims] finite, copied.
# - dims: 1 to 16.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
slm_reference_set_layout <- function(reference, layout, dims) .Call(C_scilama_reference_set_layout, reference, layout, dims)
# Labels from neighbours: votes of weight exp(−d² / 2h²), h a cell's mean distance, calibrated into
# probabilities.
# - index: column of labels.
# - indices: [n × k] and distances [n × k] as scilama_reference_neighbors() gives them.
# - code: [n] likeliest category; −1 when no neighbour has a label.
# - probability: [n] its probability.
# - second: [n] next in probability, −1 when there is one category; NULL = not wanted.
# - second_probability: [n]; NULL = not wanted.
#
# Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(n · (k + categories)).
slm_reference_transfer <- function(reference, index, indices, distances, n, k, code, probability, second, second_probability) .Call(C_scilama_reference_transfer, reference, index, indices, distances, n, k, code, probability, second, second_probability)
# Writes the defaults of each struct.
slm_row_source_init <- function(source, struct_size) .Call(C_scilama_row_source_init, source, struct_size)
# Integration and clustering metrics of an embedding (Luecken et al. 2022).
#
# Cells without a label (or, when batches are given, without a batch) are left out.
# Neighbourhoods as scib-metrics has them, the cell itself included: 15 for graphs,
# 50 for kBET, 90 for LISI; cut when there are fewer cells. Above options->max_cells a
# sample is drawn in which every label of every batch has its share, and at least 10 cells
# (or all it has): neighbourhoods of 15, 50 and 90 then reach farther than among all cells,
# so figures of samples compare with figures of samples of like size.
# - embedding: [n × dim], finite.
# - labels: [n] codes of cell types, say.
# - batches: [n] codes; NULL = no batches (those metrics are NaN).
# - options: NULL = defaults.
#
# Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(c² · dim)
# for c cells scored.
slm_score_embedding <- function(context, embedding, n, dim, ld, labels, batches, options, scores) .Call(C_scilama_score_embedding, context, embedding, n, dim, ld, labels, batches, options, scores)
# Write the defaults.
slm_score_options_init <- function(options, struct_size) .Call(C_scilama_score_options_init, options, struct_size)
# Write the defaults.
slm_scores_init <- function(scores, struct_size) .Call(C_scilama_scores_init, scores, struct_size)
# Silhouette of every point (Rousseeuw 1987), as scikit-learn: 0 for a point alone in its cluster.
#
# - labels: [n]; points with a negative code are left out and get NaN.
# - samples: [n]; may be NULL.
# - mean: over the points with a label.
#
# Returns SCILAMA_OK, E_INVALID (fewer than 2 labels), E_NONFINITE, E_NOMEM, E_CANCELLED.
# O(n² · dim) time, O(n · dim) memory.
slm_silhouette <- function(context, points, n, dim, ld, metric, labels, samples, mean) .Call(C_scilama_silhouette, context, points, n, dim, ld, metric, labels, samples, mean)
# Name of a status code, such as "E_NOTFOUND"; "UNKNOWN" for other numbers.
# Static storage.
slm_status_name <- function(status) .Call(C_scilama_status_name, status)
# What a status code means, in a few words. Static storage.
slm_status_text <- function(status) .Call(C_scilama_status_text, status)
# Writes the defaults of a preset.
# - preset: scilama_preset.
slm_step_info_init <- function(info, struct_size) .Call(C_scilama_step_info_init, info, struct_size)
# Writes the defaults of each struct.
slm_table_options_init <- function(options, struct_size) .Call(C_scilama_table_options_init, options, struct_size)
# Writes the defaults of a preset.
# - preset: scilama_preset.
slm_tensor_init <- function(tensor, struct_size) .Call(C_scilama_tensor_init, tensor, struct_size)
# Frees text that the library returned. NULL is allowed.
slm_text_destroy <- function(context, text) .Call(C_scilama_text_destroy, context, text)
# Divides the accumulated gradients by the number of forward_backward calls, makes
# one optimiser step, clears them, and advances the cursor by one mini-batch.
#
# Returns SCILAMA_OK, E_STATE (no gradient is pending), E_NONFINITE (parameter named).
slm_trainer_apply <- function(trainer, info) .Call(C_scilama_trainer_apply, trainer, info)
# Creates a trainer and reserves everything that it will ever need.
#
# The model and the dataset are retained; one trainer at a time may hold a model.
# - options: NULL = the recommended ones.
#
# Returns SCILAMA_OK, E_INVALID (an option, or dataset and model do not fit), E_STATE,
# E_NOMEM, E_UNSUPPORTED, and of a dataset that the model was not made for as scilama_model_encode_cells().
slm_trainer_create <- function(model, dataset, options) .Call(C_scilama_trainer_create, model, dataset, options)
# Releases the trainer and its hold on the model. NULL is allowed.
slm_trainer_destroy <- function(trainer) .Call(C_scilama_trainer_destroy, trainer)
# Ends the current phase now, restoring its best weights.
#
# Returns SCILAMA_OK, E_STATE (finished).
slm_trainer_end_phase <- function(trainer, info) .Call(C_scilama_trainer_end_phase, trainer, info)
# Objective of the running phase over the cells of a split, at β = 1, dropout off.
# - split: scilama_split.
#
# Returns SCILAMA_OK, E_INVALID (no such cells), E_CANCELLED; of a streamed dataset also what reading its rows
# returns.
slm_trainer_evaluate <- function(trainer, split, evaluation) .Call(C_scilama_trainer_evaluate, trainer, split, evaluation)
# Loss and gradients of given cells, accumulated into the gradient buffer; weights
# are not changed. A failure here or in scilama_trainer_apply() discards what was
# accumulated, and running statistics return to those before the first of the calls.
# - cells: [n] cell numbers, n ≤ batch_size; NULL: the next mini-batch (the cursor stays).
#
# Returns as scilama_trainer_step().
slm_trainer_forward_backward <- function(trainer, cells, n, info) .Call(C_scilama_trainer_forward_backward, trainer, cells, n, info)
# Loss and gradient of one part of a mini-batch that is shared out, to other processes or over several calls: written in place
# of what the gradient buffer held, for the caller to add up with those of the other parts, each weighed by its share of the
# cells, and to write back before scilama_trainer_apply(), which divides by nothing then. Dropout and sampling draw by (seed,
# phase, step, part), and all parts of a step see the same genes of a gene mini-batch: a part has the same bits whoever
# computes it, on any number of threads and beside whatever other parts, and so has their sum where it is taken in
# the order of the parts.
# - part: From 0, below 65536.
# - cells: [n] cell numbers, n ≤ batch_size.
#
# Returns as scilama_trainer_forward_backward(). Never allocates. O(cells and genes of the part).
slm_trainer_forward_backward_part <- function(trainer, part, cells, n, info) .Call(C_scilama_trainer_forward_backward_part, trainer, part, cells, n, info)
# Reads or overrides the running lr, β, γ. NaN = by schedule (set), current value (get).
#
# Returns SCILAMA_OK, E_INVALID (negative, infinite or too large).
slm_trainer_get_rates <- function(trainer, lr, beta, gamma) .Call(C_scilama_trainer_get_rates, trainer, lr, beta, gamma)
# Gradient of one parameter, borrowed.
#
# Returns SCILAMA_OK, E_NOTFOUND.
slm_trainer_gradient <- function(trainer, name, gradient) .Call(C_scilama_trainer_gradient, trainer, name, gradient)
# The gradient buffer: one contiguous view over all trainable parameters, in the
# order of scilama_model_parameter(). Borrowed, as long as the trainer lives; writable.
#
# Returns SCILAMA_OK.
slm_trainer_gradients <- function(trainer, gradients) .Call(C_scilama_trainer_gradients, trainer, gradients)
# The gradient buffer of scilama_trainer_gradients(), [trainable numbers], where it lies; writable:
# to add up gradients of several processes between forward_backward and apply. The
# tensor keeps the trainer's memory, not its hold on the model.
# - out: as in scilama_gene_table_to_dlpack().
#
# Returns SCILAMA_OK, E_NOMEM. O(1).
slm_trainer_gradients_to_dlpack <- function(trainer) .Call(C_scilama_trainer_gradients_to_dlpack, trainer)
# KL per latent unit at the last validation that ended an epoch, whatever has been
# evaluated since; NaN before the first one and without a validation split.
# - kl_s: [L], mean over cells; may be NULL.
# - kl_f: [L], mean over genes; zeros in the cell objective; may be NULL.
#
# Returns SCILAMA_OK.
slm_trainer_kl_per_unit <- function(trainer, kl_s, kl_f) .Call(C_scilama_trainer_kl_per_unit, trainer, kl_s, kl_f)
# Bytes that scilama_trainer_create() would reserve.
# - options: as there.
#
# Returns SCILAMA_OK, or what scilama_trainer_create() would return.
slm_trainer_memory <- function(model, dataset, options, bytes) .Call(C_scilama_trainer_memory, model, dataset, options, bytes)
# Writes the defaults of a preset.
# - preset: scilama_preset.
slm_trainer_options_init <- function(options, struct_size, preset) .Call(C_scilama_trainer_options_init, options, struct_size, preset)
# Steps until finished.
# - progress: may be NULL.
#
# Returns as scilama_trainer_step(), the steps before it kept; E_CALLBACK (progress asked to stop).
slm_trainer_run <- function(trainer, progress, user, info) .Call(C_scilama_trainer_run, trainer, progress, user, info)
# Steps to the end of the current epoch.
#
# Returns as scilama_trainer_step(), the steps before it kept.
slm_trainer_run_epoch <- function(trainer, info) .Call(C_scilama_trainer_run_epoch, trainer, info)
# Reads or overrides the running lr, β, γ. NaN = by schedule (set), current value (get).
#
# Returns SCILAMA_OK, E_INVALID (negative, infinite or too large).
slm_trainer_set_rates <- function(trainer, lr, beta, gamma) .Call(C_scilama_trainer_set_rates, trainer, lr, beta, gamma)
# Copies the state (weights, optimiser, best weights, counters) to a buffer. A trainer
# restored from it continues bit for bit.
#
# Returns SCILAMA_OK, E_INVALID (size too small), E_STATE (gradients are pending).
slm_trainer_state_get <- function(trainer, buffer, size) .Call(C_scilama_trainer_state_get, trainer, buffer, size)
# Restores a state taken from a trainer of the same model, data and options.
#
# Returns SCILAMA_OK, E_FORMAT, E_UNSUPPORTED (of another version), E_INVALID (of another problem).
slm_trainer_state_set <- function(trainer, buffer, size) .Call(C_scilama_trainer_state_set, trainer, buffer, size)
# Bytes of a saved state.
slm_trainer_state_size <- function(trainer) .Call(C_scilama_trainer_state_size, trainer)
# Runs one optimiser step on the next mini-batch; validates at the end of an epoch.
#
# - info: Receives progress; may be NULL.
#
# Returns SCILAMA_OK, SCILAMA_E_NONFINITE (the first parameter or loss at fault is
# named), SCILAMA_E_CANCELLED or SCILAMA_E_STATE (finished); of a streamed dataset also what
# reading its rows returns. Never allocates.
slm_trainer_step <- function(trainer, info) .Call(C_scilama_trainer_step, trainer, info)
# Write the defaults.
slm_umap_options_init <- function(options, struct_size) .Call(C_scilama_umap_options_init, options, struct_size)
# Version of the library in use, as major * 10000 + minor * 100 + patch.
slm_version <- function() .Call(C_scilama_version)
# Version of the library in use, "major.minor.patch". Static storage.
slm_version_string <- function() .Call(C_scilama_version_string)
# Compares the expression of every gene between groups of cells by the Wilcoxon
# rank-sum test (Mann–Whitney U, ties by average ranks, normal approximation).
#
# - dataset: Its recipe is fitted first where it is stale.
# - groups: [cells] codes.
# - table: Receives the first nine arrays; paired ones are left alone.
#
# Returns SCILAMA_OK, E_INVALID, E_STATE (the matrix was given back), E_NOMEM, E_CANCELLED, and as scilama_dataset_preprocess()
# where the recipe is to be fitted first. O(stored · log) time; memory for
# about 2 million entries beside the table, whatever the matrix.
slm_wilcoxon <- function(dataset, groups, n_groups, options, table) .Call(C_scilama_wilcoxon, dataset, groups, n_groups, options, table)

# Numbers of the headers.
SCILAMA <- c(
  OK = 0L,
  E_INVALID = -1L,
  E_NOMEM = -2L,
  E_STATE = -3L,
  E_UNSUPPORTED = -4L,
  E_IO = -5L,
  E_FORMAT = -6L,
  E_NOTFOUND = -7L,
  E_NONFINITE = -8L,
  E_CANCELLED = -9L,
  E_DEPENDENCY = -10L,
  E_DUPLICATE = -11L,
  E_CALLBACK = -12L,
  E_INTERNAL = -13L,
  LOG_ERROR = 10L,
  LOG_WARNING = 20L,
  LOG_INFO = 30L,
  LOG_DEBUG = 40L,
  STORAGE_DENSE = 1L,
  STORAGE_CSR = 2L,
  STORAGE_CSC = 3L,
  DTYPE_F32 = 1L,
  DTYPE_F64 = 2L,
  DTYPE_I32 = 10L,
  DTYPE_I64 = 11L,
  DTYPE_U16 = 20L,
  DTYPE_U32 = 21L,
  MEMORY_COPY = 1L,
  MEMORY_BORROW = 2L,
  JOIN_INNER = 1L,
  JOIN_OUTER = 2L,
  COLUMN_NUMERIC = 1L,
  COLUMN_CATEGORICAL = 2L,
  COVARIATE_CATEGORICAL = 1L,
  COVARIATE_CONTINUOUS = 2L,
  COVARIATE_RAW = 3L,
  SPLIT_TRAIN = 0L,
  SPLIT_VALIDATION = 1L,
  SPLIT_TEST = 2L,
  SPLIT_EXCLUDED = 3L,
  INPUT_AUTO = 0L,
  INPUT_COUNTS = 1L,
  INPUT_EXPRESSION = 2L,
  INPUT_LOGGED = 3L,
  INPUT_SCALED = 4L,
  AUTO = -1L,
  OFF = 0L,
  ON = 1L,
  HVG_AUTO = -1L,
  HVG_NONE = 0L,
  HVG_SEURAT = 1L,
  HVG_SEURAT_V3 = 2L,
  MISSING_DROP = 0L,
  MISSING_MEAN = 1L,
  MISSING_KEEP = 2L,
  METRIC_EUCLIDEAN = 1L,
  METRIC_COSINE = 2L,
  KNN_AUTO = 0L,
  KNN_EXACT = 1L,
  KNN_APPROXIMATE = 2L,
  GRAPH_FUZZY = 1L,
  GRAPH_JACCARD = 2L,
  QUALITY_MODULARITY = 1L,
  QUALITY_CPM = 2L,
  UMAP_SPECTRAL = 1L,
  UMAP_PCA = 2L,
  UMAP_GIVEN = 3L,
  UMAP_RANDOM = 4L,
  PRESET_PUBLISHED = 0L,
  PRESET_RECOMMENDED = 1L,
  OPTIONS_PREPROCESS = 1L,
  OPTIONS_MODEL = 2L,
  OPTIONS_TRAINER = 3L,
  OPTION_SWITCH = 1L,
  OPTION_CHOICE = 2L,
  OPTION_INTEGER = 3L,
  OPTION_SEED = 4L,
  OPTION_REAL = 5L,
  OPTION_NUMBER = 6L,
  OPTION_WIDTHS = 7L,
  OPTION_TEXT = 8L,
  ACT_LEAKY_RELU = 0L,
  ACT_RELU = 1L,
  ACT_ELU = 2L,
  ACT_SELU = 3L,
  ACT_GELU = 4L,
  ACT_SILU = 5L,
  ACT_TANH = 6L,
  ACT_SOFTPLUS = 7L,
  ACT_IDENTITY = 8L,
  OBJECTIVE_CELL = 1L,
  OBJECTIVE_GENE = 2L,
  OBJECTIVE_JOINT = 3L,
  FUSION_AVERAGE = 0L,
  FUSION_POE = 1L,
  FUSION_MOE = 2L,
  PAIR_SCALE_ONE = 0L,
  PAIR_SCALE_RSQRT = 1L,
  LIKELIHOOD_GAUSSIAN = 0L,
  LIKELIHOOD_POISSON = 1L,
  LIKELIHOOD_NB = 2L,
  GENE_INPUT_AUTO = 0L,
  GENE_INPUT_TABLES = 1L,
  GENE_INPUT_TRANSPOSED = 2L,
  GENE_INPUT_NONE = 3L,
  ENCODER_COVARIATES_NONE = 0L,
  ENCODER_COVARIATES_COLUMNS = 1L,
  ENCODER_COVARIATES_CLUSTERS = 2L,
  HEAD_CELL = 0L,
  HEAD_PAIRED = 1L,
  HEAD_BEST = 2L,
  MODE_BETA_VAE = 1L,
  MODE_DIRECT = 2L,
  MODE_STEPWISE = 3L,
  MODE_GENE = 4L,
  MODE_CELL_GENE = 5L,
  SHUFFLE_NONE = 0L,
  SHUFFLE_AUTO = 1L,
  SHUFFLE_CHUNKED = 2L,
  SHUFFLE_FULL = 3L,
  SAMPLING_NORMAL = 0L,
  SAMPLING_MEAN = 1L,
  PRECISION_F32 = 0L,
  PRECISION_BF16 = 1L,
  NONFINITE_FAIL = 0L,
  NONFINITE_SKIP = 1L,
  EVENT_EPOCH_END = 1L,
  EVENT_IMPROVED = 2L,
  EVENT_PHASE_END = 4L,
  EVENT_CONVERGED = 8L,
  EVENT_FINISHED = 16L,
  EVENT_SKIPPED = 32L,
  EVENT_COLLAPSED = 64L,
  STEPS_AUTO = -1L,
  GENE_BATCH_AUTO = -1L)

# Structs on 64-bit machines: bytes, and the offset and kind of every field (of arrays, of the first of them).
LAYOUT <- list(
  scilama_error = list(size = 256, fields = list(
    code = list(0, "ptr"),
    detail = list(4, "i32"),
    message = list(8, "chars", 248))),
  scilama_allocator = list(size = 24, fields = list(
    user = list(0, "ptr"),
    allocate = list(8, "ptr"),
    release = list(16, "ptr"))),
  scilama_context_options = list(size = 40, fields = list(
    struct_size = list(0, "u64"),
    allocator = list(8, "ptr"),
    log = list(16, "ptr"),
    log_user = list(24, "ptr"),
    log_level = list(32, "i32"),
    threads = list(36, "i32"))),
  scilama_matrix = list(size = 88, fields = list(
    struct_size = list(0, "u64"),
    storage = list(8, "i32"),
    value_type = list(12, "i32"),
    index_type = list(16, "i32"),
    memory = list(20, "i32"),
    rows = list(24, "i64"),
    cols = list(32, "i64"),
    ld = list(40, "i64"),
    stored = list(48, "i64"),
    values = list(56, "ptr"),
    indices = list(64, "ptr"),
    indptr = list(72, "ptr"),
    indptr_type = list(80, "i32"),
    reserved = list(84, "i32"))),
  scilama_row_block = list(size = 56, fields = list(
    struct_size = list(0, "u64"),
    rows = list(8, "i64"),
    genes = list(16, "i64"),
    cells = list(24, "ptr"),
    values = list(32, "ptr"),
    indices = list(40, "ptr"),
    indptr = list(48, "ptr"))),
  scilama_row_source = list(size = 72, fields = list(
    struct_size = list(0, "u64"),
    storage = list(8, "i32"),
    reserved = list(12, "i32"),
    rows = list(16, "i64"),
    cols = list(24, "i64"),
    memory = list(32, "i64"),
    lump = list(40, "i64"),
    fetch = list(48, "ptr"),
    user = list(56, "ptr"),
    release = list(64, "ptr"))),
  scilama_concat_options = list(size = 40, fields = list(
    struct_size = list(0, "u64"),
    keys = list(8, "ptr"),
    label = list(16, "text"),
    join = list(24, "i32"),
    index_unique = list(28, "i32"),
    release = list(32, "i32"),
    reserved = list(36, "i32"))),
  scilama_column_info = list(size = 32, fields = list(
    struct_size = list(0, "u64"),
    kind = list(8, "i32"),
    reserved = list(12, "i32"),
    categories = list(16, "i64"),
    missing = list(24, "i64"))),
  scilama_preprocess_options = list(size = 88, fields = list(
    struct_size = list(0, "u64"),
    input = list(8, "i32"),
    normalize = list(12, "i32"),
    log1p = list(16, "i32"),
    hvg = list(20, "i32"),
    scale = list(24, "i32"),
    hvg_by_batch = list(28, "i32"),
    n_top_genes = list(32, "i64"),
    min_genes = list(40, "i64"),
    min_cells = list(48, "i64"),
    target_sum = list(56, "f64"),
    max_value = list(64, "f64"),
    batch_key = list(72, "text"),
    scale_shrink = list(80, "f64"))),
  scilama_preprocess_report = list(size = 248, fields = list(
    struct_size = list(0, "u64"),
    input = list(8, "i32"),
    normalized = list(12, "i32"),
    logged = list(16, "i32"),
    hvg = list(20, "i32"),
    scaled = list(24, "i32"),
    reserved = list(28, "i32"),
    cells_total = list(32, "i64"),
    cells_excluded = list(40, "i64"),
    genes_total = list(48, "i64"),
    genes_filtered = list(56, "i64"),
    genes_unmatched = list(64, "i64"),
    genes_used = list(72, "i64"),
    reason = list(80, "chars", 160),
    reliability = list(240, "f64"))),
  scilama_match_options = list(size = 48, fields = list(
    struct_size = list(0, "u64"),
    ignore_case = list(8, "i32"),
    strip_version = list(12, "i32"),
    missing = list(16, "i32"),
    first_duplicate = list(20, "i32"),
    alias_from = list(24, "ptr"),
    alias_to = list(32, "ptr"),
    aliases = list(40, "i64"))),
  scilama_match_report = list(size = 64, fields = list(
    struct_size = list(0, "u64"),
    genes = list(8, "i64"),
    table_rows = list(16, "i64"),
    matched = list(24, "i64"),
    missing = list(32, "i64"),
    duplicated = list(40, "i64"),
    unused = list(48, "i64"),
    width = list(56, "i64"))),
  scilama_knn_options = list(size = 32, fields = list(
    struct_size = list(0, "u64"),
    neighbors = list(8, "i64"),
    metric = list(16, "i32"),
    method = list(20, "i32"),
    seed = list(24, "u64"))),
  scilama_knn_report = list(size = 24, fields = list(
    struct_size = list(0, "u64"),
    method = list(8, "i32"),
    rounds = list(12, "i32"),
    recall = list(16, "f64"))),
  scilama_leiden_options = list(size = 48, fields = list(
    struct_size = list(0, "u64"),
    quality = list(8, "i32"),
    iterations = list(12, "i32"),
    resolution = list(16, "f64"),
    randomness = list(24, "f64"),
    seed = list(32, "u64"),
    restarts = list(40, "i32"),
    patience = list(44, "i32"))),
  scilama_leiden_report = list(size = 40, fields = list(
    struct_size = list(0, "u64"),
    communities = list(8, "i64"),
    quality = list(16, "f64"),
    resolution = list(24, "f64"),
    iterations = list(32, "i32"),
    reserved = list(36, "i32"))),
  scilama_cluster_options = list(size = 48, fields = list(
    struct_size = list(0, "u64"),
    neighbors = list(8, "i64"),
    communities = list(16, "i64"),
    resolution = list(24, "f64"),
    seed = list(32, "u64"),
    metric = list(40, "i32"),
    reserved = list(44, "i32"))),
  scilama_agreement = list(size = 56, fields = list(
    struct_size = list(0, "u64"),
    compared = list(8, "i64"),
    ari = list(16, "f64"),
    nmi = list(24, "f64"),
    ami = list(32, "f64"),
    homogeneity = list(40, "f64"),
    completeness = list(48, "f64"))),
  scilama_kmeans_options = list(size = 40, fields = list(
    struct_size = list(0, "u64"),
    clusters = list(8, "i64"),
    restarts = list(16, "i32"),
    max_iterations = list(20, "i32"),
    tolerance = list(24, "f64"),
    seed = list(32, "u64"))),
  scilama_pca_options = list(size = 40, fields = list(
    struct_size = list(0, "u64"),
    components = list(8, "i64"),
    center = list(16, "i32"),
    max_iterations = list(20, "i32"),
    tolerance = list(24, "f64"),
    seed = list(32, "u64"))),
  scilama_umap_options = list(size = 96, fields = list(
    struct_size = list(0, "u64"),
    dimensions = list(8, "i64"),
    init = list(16, "i32"),
    epochs = list(20, "i32"),
    negative_samples = list(24, "i32"),
    reserved = list(28, "i32"),
    min_dist = list(32, "f64"),
    spread = list(40, "f64"),
    learning_rate = list(48, "f64"),
    repulsion = list(56, "f64"),
    seed = list(64, "u64"),
    points = list(72, "ptr"),
    points_dim = list(80, "i64"),
    points_ld = list(88, "i64"))),
  scilama_score_options = list(size = 72, fields = list(
    struct_size = list(0, "u64"),
    baseline = list(8, "ptr"),
    baseline_dim = list(16, "i64"),
    baseline_ld = list(24, "i64"),
    resolutions = list(32, "i64"),
    max_resolution = list(40, "f64"),
    kbet_alpha = list(48, "f64"),
    seed = list(56, "u64"),
    max_cells = list(64, "i64"))),
  scilama_scores = list(size = 216, fields = list(
    struct_size = list(0, "u64"),
    cells = list(8, "i64"),
    labels = list(16, "i64"),
    batches = list(24, "i64"),
    nmi = list(32, "f64"),
    ari = list(40, "f64"),
    ami = list(48, "f64"),
    nmi_resolution = list(56, "f64"),
    nmi_kmeans = list(64, "f64"),
    ari_kmeans = list(72, "f64"),
    silhouette_label = list(80, "f64"),
    isolated_silhouette = list(88, "f64"),
    isolated_f1 = list(96, "f64"),
    clisi = list(104, "f64"),
    silhouette_batch = list(112, "f64"),
    bras = list(120, "f64"),
    ilisi = list(128, "f64"),
    kbet = list(136, "f64"),
    kbet_label = list(144, "f64"),
    graph_connectivity = list(152, "f64"),
    pcr = list(160, "f64"),
    bio = list(168, "f64"),
    batch = list(176, "f64"),
    total = list(184, "f64"),
    batch_ari = list(192, "f64"),
    batch_nmi = list(200, "f64"),
    scored = list(208, "i64"))),
  scilama_marker_options = list(size = 40, fields = list(
    struct_size = list(0, "u64"),
    reference = list(8, "i64"),
    permutations = list(16, "i64"),
    seed = list(24, "u64"),
    tie_correct = list(32, "i32"),
    reserved = list(36, "i32"))),
  scilama_marker_table = list(size = 120, fields = list(
    struct_size = list(0, "u64"),
    z = list(8, "ptr"),
    p_value = list(16, "ptr"),
    p_adjusted = list(24, "ptr"),
    auroc = list(32, "ptr"),
    log2_fold_change = list(40, "ptr"),
    mean_in = list(48, "ptr"),
    mean_out = list(56, "ptr"),
    fraction_in = list(64, "ptr"),
    fraction_out = list(72, "ptr"),
    paired_score = list(80, "ptr"),
    paired_z = list(88, "ptr"),
    paired_p = list(96, "ptr"),
    paired_fdr = list(104, "ptr"),
    combined_rank = list(112, "ptr"))),
  scilama_module_options = list(size = 64, fields = list(
    struct_size = list(0, "u64"),
    neighbors = list(8, "i64"),
    min_size = list(16, "i64"),
    rounds = list(24, "i64"),
    resolution = list(32, "f64"),
    sample = list(40, "f64"),
    seed = list(48, "u64"),
    metric = list(56, "i32"),
    graph = list(60, "i32"))),
  scilama_module_report = list(size = 48, fields = list(
    struct_size = list(0, "u64"),
    genes = list(8, "i64"),
    modules = list(16, "i64"),
    assigned = list(24, "i64"),
    modularity = list(32, "f64"),
    chance = list(40, "f64"))),
  scilama_coherence_options = list(size = 40, fields = list(
    struct_size = list(0, "u64"),
    permutations = list(8, "i64"),
    max_cells = list(16, "i64"),
    seed = list(24, "u64"),
    cells = list(32, "ptr"))),
  scilama_enrichment_options = list(size = 32, fields = list(
    struct_size = list(0, "u64"),
    min_size = list(8, "i64"),
    max_size = list(16, "i64"),
    annotated = list(24, "i32"),
    reserved = list(28, "i32"))),
  scilama_holdout_options = list(size = 56, fields = list(
    struct_size = list(0, "u64"),
    fraction = list(8, "f64"),
    rounds = list(16, "i64"),
    components = list(24, "i64"),
    neighbors = list(32, "i64"),
    seed = list(40, "u64"),
    baselines = list(48, "i32"),
    reserved = list(52, "i32"))),
  scilama_holdout_report = list(size = 80, fields = list(
    struct_size = list(0, "u64"),
    genes = list(8, "i64"),
    kernel = list(16, "f64"),
    shuffled = list(24, "f64"),
    ridge = list(32, "f64"),
    nearest = list(40, "f64"),
    ceiling = list(48, "f64"),
    gain = list(56, "f64"),
    gain_low = list(64, "f64"),
    gain_high = list(72, "f64"))),
  scilama_loading_options = list(size = 24, fields = list(
    struct_size = list(0, "u64"),
    components = list(8, "i64"),
    seed = list(16, "u64"))),
  scilama_loading_report = list(size = 48, fields = list(
    struct_size = list(0, "u64"),
    genes = list(8, "i64"),
    components = list(16, "i64"),
    explained = list(24, "f64"),
    kept = list(32, "f64"),
    weight = list(40, "f64"))),
  scilama_option_info = list(size = 88, fields = list(
    struct_size = list(0, "u64"),
    name = list(8, "text"),
    help = list(16, "text"),
    group = list(24, "text"),
    offset = list(32, "u64"),
    kind = list(40, "i32"),
    elements = list(44, "i32"),
    least = list(48, "f64"),
    most = list(56, "f64"),
    above_least = list(64, "i32"),
    below_most = list(68, "i32"),
    published = list(72, "f64"),
    recommended = list(80, "f64"))),
  scilama_model_options = list(size = 144, fields = list(
    struct_size = list(0, "u64"),
    latent = list(8, "i64"),
    hidden = list(16, "i64", 6),
    activation = list(64, "i32"),
    layer_norm = list(68, "i32"),
    batch_norm = list(72, "i32"),
    fusion = list(76, "i32"),
    pair_scale = list(80, "i32"),
    gene_input = list(84, "i32"),
    encoder_covariates = list(88, "i32"),
    likelihood = list(92, "i32"),
    dropout = list(96, "f32"),
    var_eps = list(100, "f32"),
    embed_center = list(104, "i32"),
    embed_normalize = list(108, "i32"),
    embed_pca = list(112, "i64"),
    seed = list(120, "u64"),
    axes = list(128, "i64"),
    axes_head = list(136, "i32"),
    mixture = list(140, "i32"))),
  scilama_tensor = list(size = 56, fields = list(
    struct_size = list(0, "u64"),
    name = list(8, "text"),
    data = list(16, "ptr"),
    dtype = list(24, "i32"),
    rank = list(28, "i32"),
    rows = list(32, "i64"),
    cols = list(40, "i64"),
    trainable = list(48, "i32"),
    reserved = list(52, "i32"))),
  scilama_model_info = list(size = 80, fields = list(
    struct_size = list(0, "u64"),
    genes = list(8, "i64"),
    latent = list(16, "i64"),
    covariate_columns = list(24, "i64"),
    modalities = list(32, "i64"),
    parameters = list(40, "i64"),
    steps = list(48, "i64"),
    first_duplicate = list(56, "i64"),
    mixture_components = list(64, "i64"),
    mixture_axes = list(72, "i64"))),
  scilama_covariate_info = list(size = 64, fields = list(
    struct_size = list(0, "u64"),
    name = list(8, "text"),
    kind = list(16, "i32"),
    reserved = list(20, "i32"),
    first = list(24, "i64"),
    columns = list(32, "i64"),
    categories = list(40, "i64"),
    mean = list(48, "f64"),
    deviation = list(56, "f64"))),
  scilama_decode_options = list(size = 48, fields = list(
    struct_size = list(0, "u64"),
    to_key = list(8, "ptr"),
    to_value = list(16, "ptr"),
    replacements = list(24, "i64"),
    average_batches = list(32, "i32"),
    head = list(36, "i32"),
    unscale = list(40, "i32"),
    match_levels = list(44, "i32"))),
  scilama_gene_forecast = list(size = 32, fields = list(
    struct_size = list(0, "u64"),
    mean = list(8, "ptr"),
    deviation = list(16, "ptr"),
    correlation = list(24, "ptr"))),
  scilama_trainer_options = list(size = 248, fields = list(
    struct_size = list(0, "u64"),
    mode = list(8, "i32"),
    sampling = list(12, "i32"),
    validation_sampling = list(16, "i32"),
    shuffle = list(20, "i32"),
    batch_size = list(24, "i64"),
    epochs = list(32, "i64"),
    patience = list(40, "i64"),
    lr = list(48, "f64"),
    lr_decay = list(56, "f64"),
    weight_decay = list(64, "f64"),
    beta1 = list(72, "f64"),
    beta2 = list(80, "f64"),
    epsilon = list(88, "f64"),
    kl_start = list(96, "f64"),
    kl_end = list(104, "f64"),
    kl_rate = list(112, "f64"),
    kl_delay = list(120, "i64"),
    gamma = list(128, "f64"),
    clip_norm = list(136, "f64"),
    on_nonfinite = list(144, "i32"),
    best_from_start = list(148, "i32"),
    gene_batch = list(152, "i64"),
    max_steps = list(160, "i64"),
    seed = list(168, "u64"),
    track_correlation = list(176, "i32"),
    keep_last = list(180, "i32"),
    freeze_reference = list(184, "i32"),
    precision = list(188, "i32"),
    gene_gamma = list(192, "f64"),
    shuffle_block = list(200, "i64"),
    shuffle_window = list(208, "i64"),
    prior_strength = list(216, "f64"),
    prior_vectors = list(224, "i32"),
    kl_repair = list(228, "i32"),
    kl_by_signal = list(232, "i32"),
    reserved = list(236, "i32"),
    gene_max_steps = list(240, "i64"))),
  scilama_step_info = list(size = 208, fields = list(
    struct_size = list(0, "u64"),
    events = list(8, "i32"),
    objective = list(12, "i32"),
    phase = list(16, "i32"),
    phases = list(20, "i32"),
    step = list(24, "i64"),
    epoch = list(32, "i64"),
    epochs = list(40, "i64"),
    cells = list(48, "i64"),
    steps_per_epoch = list(56, "i64"),
    skipped = list(64, "i64"),
    loss = list(72, "f64"),
    nll = list(80, "f64"),
    kl_s = list(88, "f64"),
    kl_f = list(96, "f64"),
    beta = list(104, "f64"),
    gamma = list(112, "f64"),
    lr = list(120, "f64"),
    grad_norm = list(128, "f64"),
    validation_loss = list(136, "f64"),
    validation_nll = list(144, "f64"),
    validation_kl_s = list(152, "f64"),
    validation_kl_f = list(160, "f64"),
    best_loss = list(168, "f64"),
    pearson = list(176, "f64"),
    spearman = list(184, "f64"),
    best_epoch = list(192, "i64"),
    active_units = list(200, "i64"))),
  scilama_evaluation = list(size = 72, fields = list(
    struct_size = list(0, "u64"),
    loss = list(8, "f64"),
    nll = list(16, "f64"),
    kl_s = list(24, "f64"),
    kl_f = list(32, "f64"),
    pearson = list(40, "f64"),
    spearman = list(48, "f64"),
    active_units = list(56, "i64"),
    cells = list(64, "i64"))),
  scilama_fit_options = list(size = 80, fields = list(
    struct_size = list(0, "u64"),
    preset = list(8, "i32"),
    no_preprocess = list(12, "i32"),
    train_fraction = list(16, "f64"),
    seed = list(24, "u64"),
    stratify = list(32, "text"),
    preprocess = list(40, "ptr"),
    model = list(48, "ptr"),
    trainer = list(56, "ptr"),
    progress = list(64, "ptr"),
    progress_user = list(72, "ptr"))),
  scilama_arrow_options = list(size = 32, fields = list(
    struct_size = list(0, "u64"),
    names = list(8, "text"),
    vectors = list(16, "text"),
    skip_nulls = list(24, "i32"),
    reserved = list(28, "i32"))),
  scilama_file_options = list(size = 80, fields = list(
    struct_size = list(0, "u64"),
    layer = list(8, "text"),
    first_duplicate = list(16, "i32"),
    annotation_only = list(20, "i32"),
    gene_ids = list(24, "i32"),
    reserved = list(28, "i32"),
    stream_memory = list(32, "i64"),
    scratch_folder = list(40, "text"),
    modality = list(48, "text"),
    columns = list(56, "ptr"),
    n_columns = list(64, "i64"),
    gene_names = list(72, "text"))),
  scilama_table_options = list(size = 32, fields = list(
    struct_size = list(0, "u64"),
    names_path = list(8, "text"),
    key = list(16, "text"),
    first_duplicate = list(24, "i32"),
    reserved = list(28, "i32"))),
  scilama_query_report = list(size = 80, fields = list(
    struct_size = list(0, "u64"),
    cells = list(8, "i64"),
    genes = list(16, "i64"),
    measured = list(24, "i64"),
    variance = list(32, "f64"),
    recovered = list(40, "f64"),
    unknown_cells = list(48, "i64"),
    missing_cells = list(56, "i64"),
    others = list(64, "i64"),
    explained = list(72, "f64"))),
  scilama_covariate_report = list(size = 48, fields = list(
    struct_size = list(0, "u64"),
    cells = list(8, "i64"),
    unknown = list(16, "i64"),
    missing = list(24, "i64"),
    categories = list(32, "i64"),
    first = list(40, "text"))),
  scilama_reference_info = list(size = 48, fields = list(
    struct_size = list(0, "u64"),
    cells = list(8, "i64"),
    dim = list(16, "i64"),
    labels = list(24, "i64"),
    layout_dims = list(32, "i64"),
    reach = list(40, "f64"))),
  scilama_label_info = list(size = 40, fields = list(
    struct_size = list(0, "u64"),
    name = list(8, "text"),
    categories = list(16, "i64"),
    temperature = list(24, "f64"),
    floor = list(32, "f64"))),
  scilama_adapt_options = list(size = 24, fields = list(
    struct_size = list(0, "u64"),
    decoder_steps = list(8, "i64"),
    seed = list(16, "u64"))),
  scilama_adapt_report = list(size = 56, fields = list(
    struct_size = list(0, "u64"),
    categories = list(8, "i64"),
    aligned = list(16, "i64"),
    cells = list(24, "i64"),
    apart_before = list(32, "f64"),
    apart_after = list(40, "f64"),
    sorted = list(48, "i64"))),
  scilama_map_block = list(size = 120, fields = list(
    struct_size = list(0, "u64"),
    first = list(8, "i64"),
    cells = list(16, "i64"),
    latent = list(24, "i64"),
    layout_dims = list(32, "i64"),
    labels = list(40, "i64"),
    embedding = list(48, "ptr"),
    distance = list(56, "ptr"),
    novelty = list(64, "ptr"),
    layout = list(72, "ptr"),
    code = list(80, "ptr"),
    second = list(88, "ptr"),
    unknown = list(96, "ptr"),
    probability = list(104, "ptr"),
    second_probability = list(112, "ptr"))),
  scilama_map_options = list(size = 64, fields = list(
    struct_size = list(0, "u64"),
    key = list(8, "text"),
    neighbors = list(16, "i64"),
    unknown_below = list(24, "f64"),
    unknown_beyond = list(32, "f64"),
    unknown_novelty = list(40, "f64"),
    each = list(48, "ptr"),
    user = list(56, "ptr"))))
