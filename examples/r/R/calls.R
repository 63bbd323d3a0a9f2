# SPDX-License-Identifier: MIT
# Made by tests/abi/bindings.py from the public headers; never edited by hand.

slm_adapt_options_init <- function(options, struct_size) .Call(C_scilama_adapt_options_init, options, struct_size)
slm_adapt_report_init <- function(report, struct_size) .Call(C_scilama_adapt_report_init, report, struct_size)
slm_agreement_init <- function(agreement, struct_size) .Call(C_scilama_agreement_init, agreement, struct_size)
slm_arrow_options_init <- function(options, struct_size) .Call(C_scilama_arrow_options_init, options, struct_size)
slm_arrow_to_stream <- function(stream, context, schema, array) .Call(C_scilama_arrow_to_stream, stream, context, schema, array)
slm_bytes_destroy <- function(context, bytes) .Call(C_scilama_bytes_destroy, context, bytes)
slm_cluster <- function(context, points, n, dim, ld, options, labels, report) .Call(C_scilama_cluster, context, points, n, dim, ld, options, labels, report)
slm_cluster_options_init <- function(options, struct_size) .Call(C_scilama_cluster_options_init, options, struct_size)
slm_coherence_options_init <- function(options, struct_size) .Call(C_scilama_coherence_options_init, options, struct_size)
slm_column_info_init <- function(info, struct_size) .Call(C_scilama_column_info_init, info, struct_size)
slm_context_cancel <- function(context) .Call(C_scilama_context_cancel, context)
slm_context_create <- function(options) .Call(C_scilama_context_create, options)
slm_context_describe <- function(context, buffer, size, needed) .Call(C_scilama_context_describe, context, buffer, size, needed)
slm_context_destroy <- function(context) .Call(C_scilama_context_destroy, context)
slm_context_memory <- function(context, bytes_now, bytes_peak) .Call(C_scilama_context_memory, context, bytes_now, bytes_peak)
slm_context_options_init <- function(options, struct_size) .Call(C_scilama_context_options_init, options, struct_size)
slm_context_resume <- function(context) .Call(C_scilama_context_resume, context)
slm_context_set_progress <- function(context, progress, user) .Call(C_scilama_context_set_progress, context, progress, user)
slm_context_threads <- function(context) .Call(C_scilama_context_threads, context)
slm_covariate_info_init <- function(info, struct_size) .Call(C_scilama_covariate_info_init, info, struct_size)
slm_covariate_report_init <- function(report, struct_size) .Call(C_scilama_covariate_report_init, report, struct_size)
slm_dataset_add_gene_table <- function(dataset, name, table, options, report) .Call(C_scilama_dataset_add_gene_table, dataset, name, table, options, report)
slm_dataset_category <- function(dataset, name, category) .Call(C_scilama_dataset_category, dataset, name, category)
slm_dataset_cell_name <- function(dataset, cell) .Call(C_scilama_dataset_cell_name, dataset, cell)
slm_dataset_cells <- function(dataset) .Call(C_scilama_dataset_cells, dataset)
slm_dataset_column_info <- function(dataset, name, info) .Call(C_scilama_dataset_column_info, dataset, name, info)
slm_dataset_column_name <- function(dataset, column) .Call(C_scilama_dataset_column_name, dataset, column)
slm_dataset_columns <- function(dataset) .Call(C_scilama_dataset_columns, dataset)
slm_dataset_create <- function(context, matrix, cell_names, gene_names) .Call(C_scilama_dataset_create, context, matrix, cell_names, gene_names)
slm_dataset_create_from_rows <- function(context, source, cell_names, gene_names) .Call(C_scilama_dataset_create_from_rows, context, source, cell_names, gene_names)
slm_dataset_destroy <- function(dataset) .Call(C_scilama_dataset_destroy, dataset)
slm_dataset_gene_name <- function(dataset, gene) .Call(C_scilama_dataset_gene_name, dataset, gene)
slm_dataset_genes <- function(dataset) .Call(C_scilama_dataset_genes, dataset)
slm_dataset_genes_used <- function(dataset) .Call(C_scilama_dataset_genes_used, dataset)
slm_dataset_get_codes <- function(dataset, name, codes) .Call(C_scilama_dataset_get_codes, dataset, name, codes)
slm_dataset_get_numeric <- function(dataset, name, values) .Call(C_scilama_dataset_get_numeric, dataset, name, values)
slm_dataset_get_prepared <- function(dataset, cells, n, values, ld) .Call(C_scilama_dataset_get_prepared, dataset, cells, n, values, ld)
slm_dataset_get_split <- function(dataset, split) .Call(C_scilama_dataset_get_split, dataset, split)
slm_dataset_obs_to_arrow <- function(dataset, schema, array) .Call(C_scilama_dataset_obs_to_arrow, dataset, schema, array)
slm_dataset_preprocess <- function(dataset, options, report) .Call(C_scilama_dataset_preprocess, dataset, options, report)
slm_dataset_read <- function(context, path, options) .Call(C_scilama_dataset_read, context, path, options)
slm_dataset_read_10x_h5 <- function(context, path, options) .Call(C_scilama_dataset_read_10x_h5, context, path, options)
slm_dataset_read_h5ad <- function(context, path, options) .Call(C_scilama_dataset_read_h5ad, context, path, options)
slm_dataset_read_mtx <- function(context, folder, options) .Call(C_scilama_dataset_read_mtx, context, folder, options)
slm_dataset_release_input <- function(dataset) .Call(C_scilama_dataset_release_input, dataset)
slm_dataset_set_codes <- function(dataset, name, codes, categories, n_categories) .Call(C_scilama_dataset_set_codes, dataset, name, codes, categories, n_categories)
slm_dataset_set_numeric <- function(dataset, name, values) .Call(C_scilama_dataset_set_numeric, dataset, name, values)
slm_dataset_set_split <- function(dataset, split) .Call(C_scilama_dataset_set_split, dataset, split)
slm_dataset_set_strings <- function(dataset, name, values) .Call(C_scilama_dataset_set_strings, dataset, name, values)
slm_dataset_split_by <- function(dataset, name) .Call(C_scilama_dataset_split_by, dataset, name)
slm_dataset_split_random <- function(dataset, train_fraction, validation_fraction, seed, stratify) .Call(C_scilama_dataset_split_random, dataset, train_fraction, validation_fraction, seed, stratify)
slm_dataset_use_covariate <- function(dataset, name, kind) .Call(C_scilama_dataset_use_covariate, dataset, name, kind)
slm_dataset_used_gene_name <- function(dataset, gene) .Call(C_scilama_dataset_used_gene_name, dataset, gene)
slm_decode_options_init <- function(options, struct_size) .Call(C_scilama_decode_options_init, options, struct_size)
slm_dlpack_to_legacy <- function(tensor, drop_read_only) .Call(C_scilama_dlpack_to_legacy, tensor, drop_read_only)
slm_dlpack_wrap <- function(context, tensor, read_only, release, user) .Call(C_scilama_dlpack_wrap, context, tensor, read_only, release, user)
slm_enrichment <- function(sets, names, labels, n, modules, options, overlap, sizes, p, fdr) .Call(C_scilama_enrichment, sets, names, labels, n, modules, options, overlap, sizes, p, fdr)
slm_enrichment_options_init <- function(options, struct_size) .Call(C_scilama_enrichment_options_init, options, struct_size)
slm_evaluation_init <- function(evaluation, struct_size) .Call(C_scilama_evaluation_init, evaluation, struct_size)
slm_file_describe <- function(context, path, layer) .Call(C_scilama_file_describe, context, path, layer)
slm_fit <- function(dataset, options, info) .Call(C_scilama_fit, dataset, options, info)
slm_fit_options_init <- function(options, struct_size) .Call(C_scilama_fit_options_init, options, struct_size)
slm_gene_aliases_count <- function(aliases) .Call(C_scilama_gene_aliases_count, aliases)
slm_gene_aliases_destroy <- function(aliases) .Call(C_scilama_gene_aliases_destroy, aliases)
slm_gene_aliases_from <- function(aliases) .Call(C_scilama_gene_aliases_from, aliases)
slm_gene_aliases_read <- function(context, path) .Call(C_scilama_gene_aliases_read, context, path)
slm_gene_aliases_to <- function(aliases) .Call(C_scilama_gene_aliases_to, aliases)
slm_gene_forecast_init <- function(forecast, struct_size) .Call(C_scilama_gene_forecast_init, forecast, struct_size)
slm_gene_holdout <- function(context, expression, cells, genes, ld, vectors, widths, tables, options, correlation, expected, report) .Call(C_scilama_gene_holdout, context, expression, cells, genes, ld, vectors, widths, tables, options, correlation, expected, report)
slm_gene_modules <- function(context, genes, n, dim, ld, options, labels, membership, hub, cohesion, report) .Call(C_scilama_gene_modules, context, genes, n, dim, ld, options, labels, membership, hub, cohesion, report)
slm_gene_sets_count <- function(sets) .Call(C_scilama_gene_sets_count, sets)
slm_gene_sets_description <- function(sets, set) .Call(C_scilama_gene_sets_description, sets, set)
slm_gene_sets_destroy <- function(sets) .Call(C_scilama_gene_sets_destroy, sets)
slm_gene_sets_gene <- function(sets, set, gene) .Call(C_scilama_gene_sets_gene, sets, set, gene)
slm_gene_sets_name <- function(sets, set) .Call(C_scilama_gene_sets_name, sets, set)
slm_gene_sets_read <- function(context, path) .Call(C_scilama_gene_sets_read, context, path)
slm_gene_sets_size <- function(sets, set) .Call(C_scilama_gene_sets_size, sets, set)
slm_gene_table_create <- function(context, names, values, rows, width, ld) .Call(C_scilama_gene_table_create, context, names, values, rows, width, ld)
slm_gene_table_destroy <- function(table) .Call(C_scilama_gene_table_destroy, table)
slm_gene_table_from_arrow <- function(context, schema, array, options) .Call(C_scilama_gene_table_from_arrow, context, schema, array, options)
slm_gene_table_from_arrow_stream <- function(context, stream, options) .Call(C_scilama_gene_table_from_arrow_stream, context, stream, options)
slm_gene_table_name <- function(table, row) .Call(C_scilama_gene_table_name, table, row)
slm_gene_table_random <- function(context, like, seed) .Call(C_scilama_gene_table_random, context, like, seed)
slm_gene_table_read <- function(context, path, options) .Call(C_scilama_gene_table_read, context, path, options)
slm_gene_table_rows <- function(table) .Call(C_scilama_gene_table_rows, table)
slm_gene_table_shuffled <- function(context, table, seed) .Call(C_scilama_gene_table_shuffled, context, table, seed)
slm_gene_table_to_arrow <- function(table, schema, array) .Call(C_scilama_gene_table_to_arrow, table, schema, array)
slm_gene_table_to_dlpack <- function(table) .Call(C_scilama_gene_table_to_dlpack, table)
slm_gene_table_values <- function(table) .Call(C_scilama_gene_table_values, table)
slm_gene_table_width <- function(table) .Call(C_scilama_gene_table_width, table)
slm_gene_table_write <- function(table, path) .Call(C_scilama_gene_table_write, table, path)
slm_graph_destroy <- function(graph) .Call(C_scilama_graph_destroy, graph)
slm_graph_entries <- function(graph) .Call(C_scilama_graph_entries, graph)
slm_graph_from_csr <- function(context, n, indptr, indices, weights) .Call(C_scilama_graph_from_csr, context, n, indptr, indices, weights)
slm_graph_from_knn <- function(context, kind, n, neighbors, indices, distances) .Call(C_scilama_graph_from_knn, context, kind, n, neighbors, indices, distances)
slm_graph_indices <- function(graph) .Call(C_scilama_graph_indices, graph)
slm_graph_indptr <- function(graph) .Call(C_scilama_graph_indptr, graph)
slm_graph_leiden <- function(graph, options, labels, report) .Call(C_scilama_graph_leiden, graph, options, labels, report)
slm_graph_leiden_sweep <- function(graph, options, resolutions, count, labels, reports) .Call(C_scilama_graph_leiden_sweep, graph, options, resolutions, count, labels, reports)
slm_graph_leiden_target <- function(graph, options, communities, labels, report) .Call(C_scilama_graph_leiden_target, graph, options, communities, labels, report)
slm_graph_quality <- function(graph, quality, resolution, labels, value) .Call(C_scilama_graph_quality, graph, quality, resolution, labels, value)
slm_graph_umap <- function(graph, options, layout) .Call(C_scilama_graph_umap, graph, options, layout)
slm_graph_vertices <- function(graph) .Call(C_scilama_graph_vertices, graph)
slm_graph_weights <- function(graph) .Call(C_scilama_graph_weights, graph)
slm_h5ad_options_init <- function(options, struct_size) .Call(C_scilama_h5ad_options_init, options, struct_size)
slm_h5ad_read_array <- function(context, path, key, rows, width, values, size) .Call(C_scilama_h5ad_read_array, context, path, key, rows, width, values, size)
slm_h5ad_read_column <- function(context, path, table, column, rows, values, size) .Call(C_scilama_h5ad_read_column, context, path, table, column, rows, values, size)
slm_h5ad_read_string <- function(context, path, key) .Call(C_scilama_h5ad_read_string, context, path, key)
slm_h5ad_writer_cells <- function(writer) .Call(C_scilama_h5ad_writer_cells, writer)
slm_h5ad_writer_commit <- function(writer) .Call(C_scilama_h5ad_writer_commit, writer)
slm_h5ad_writer_create <- function(context, output, matrix, cell_names, gene_names) .Call(C_scilama_h5ad_writer_create, context, output, matrix, cell_names, gene_names)
slm_h5ad_writer_destroy <- function(writer) .Call(C_scilama_h5ad_writer_destroy, writer)
slm_h5ad_writer_genes <- function(writer) .Call(C_scilama_h5ad_writer_genes, writer)
slm_h5ad_writer_open <- function(context, input, output) .Call(C_scilama_h5ad_writer_open, context, input, output)
slm_h5ad_writer_open_part <- function(context, input, options, output) .Call(C_scilama_h5ad_writer_open_part, context, input, options, output)
slm_h5ad_writer_put_layer <- function(writer, key, matrix) .Call(C_scilama_h5ad_writer_put_layer, writer, key, matrix)
slm_h5ad_writer_put_obs_categorical <- function(writer, key, codes, categories, n_categories) .Call(C_scilama_h5ad_writer_put_obs_categorical, writer, key, codes, categories, n_categories)
slm_h5ad_writer_put_obs_numeric <- function(writer, key, values) .Call(C_scilama_h5ad_writer_put_obs_numeric, writer, key, values)
slm_h5ad_writer_put_obsm <- function(writer, key, values, width, ld) .Call(C_scilama_h5ad_writer_put_obsm, writer, key, values, width, ld)
slm_h5ad_writer_put_obsp <- function(writer, key, indptr, indices, values) .Call(C_scilama_h5ad_writer_put_obsp, writer, key, indptr, indices, values)
slm_h5ad_writer_put_uns_array <- function(writer, key, values, rows, cols) .Call(C_scilama_h5ad_writer_put_uns_array, writer, key, values, rows, cols)
slm_h5ad_writer_put_uns_integer <- function(writer, key, value) .Call(C_scilama_h5ad_writer_put_uns_integer, writer, key, value)
slm_h5ad_writer_put_uns_number <- function(writer, key, value) .Call(C_scilama_h5ad_writer_put_uns_number, writer, key, value)
slm_h5ad_writer_put_uns_records <- function(writer, key, fields, n_fields, rows, values, strings) .Call(C_scilama_h5ad_writer_put_uns_records, writer, key, fields, n_fields, rows, values, strings)
slm_h5ad_writer_put_uns_string <- function(writer, key, value) .Call(C_scilama_h5ad_writer_put_uns_string, writer, key, value)
slm_h5ad_writer_put_uns_strings <- function(writer, key, values, count) .Call(C_scilama_h5ad_writer_put_uns_strings, writer, key, values, count)
slm_h5ad_writer_put_uns_table <- function(writer, key, index, rows) .Call(C_scilama_h5ad_writer_put_uns_table, writer, key, index, rows)
slm_h5ad_writer_put_uns_table_numeric <- function(writer, key, column, values) .Call(C_scilama_h5ad_writer_put_uns_table_numeric, writer, key, column, values)
slm_h5ad_writer_put_uns_table_strings <- function(writer, key, column, values) .Call(C_scilama_h5ad_writer_put_uns_table_strings, writer, key, column, values)
slm_h5ad_writer_put_var_categorical <- function(writer, key, codes, categories, n_categories) .Call(C_scilama_h5ad_writer_put_var_categorical, writer, key, codes, categories, n_categories)
slm_h5ad_writer_put_var_numeric <- function(writer, key, values) .Call(C_scilama_h5ad_writer_put_var_numeric, writer, key, values)
slm_h5ad_writer_put_varm <- function(writer, key, values, width, ld) .Call(C_scilama_h5ad_writer_put_varm, writer, key, values, width, ld)
slm_h5ad_writer_put_varp <- function(writer, key, indptr, indices, values) .Call(C_scilama_h5ad_writer_put_varp, writer, key, indptr, indices, values)
slm_holdout_options_init <- function(options, struct_size) .Call(C_scilama_holdout_options_init, options, struct_size)
slm_holdout_report_init <- function(report, struct_size) .Call(C_scilama_holdout_report_init, report, struct_size)
slm_kmeans <- function(context, points, n, dim, ld, options, labels, centers, inertia) .Call(C_scilama_kmeans, context, points, n, dim, ld, options, labels, centers, inertia)
slm_kmeans_options_init <- function(options, struct_size) .Call(C_scilama_kmeans_options_init, options, struct_size)
slm_knn <- function(context, points, n, dim, ld, options, indices, distances, report) .Call(C_scilama_knn, context, points, n, dim, ld, options, indices, distances, report)
slm_knn_options_init <- function(options, struct_size) .Call(C_scilama_knn_options_init, options, struct_size)
slm_knn_report_init <- function(report, struct_size) .Call(C_scilama_knn_report_init, report, struct_size)
slm_label_info_init <- function(info, struct_size) .Call(C_scilama_label_info_init, info, struct_size)
slm_labels_compare <- function(context, a, b, n, agreement) .Call(C_scilama_labels_compare, context, a, b, n, agreement)
slm_leiden_options_init <- function(options, struct_size) .Call(C_scilama_leiden_options_init, options, struct_size)
slm_leiden_report_init <- function(report, struct_size) .Call(C_scilama_leiden_report_init, report, struct_size)
slm_lisi <- function(context, n, neighbors, indices, distances, labels, perplexity, lisi) .Call(C_scilama_lisi, context, n, neighbors, indices, distances, labels, perplexity, lisi)
slm_marker_options_init <- function(options, struct_size) .Call(C_scilama_marker_options_init, options, struct_size)
slm_marker_table_init <- function(table, struct_size) .Call(C_scilama_marker_table_init, table, struct_size)
slm_markers <- function(dataset, cells, genes, dim, groups, n_groups, batches, options, table) .Call(C_scilama_markers, dataset, cells, genes, dim, groups, n_groups, batches, options, table)
slm_match_options_init <- function(options, struct_size) .Call(C_scilama_match_options_init, options, struct_size)
slm_match_report_init <- function(report, struct_size) .Call(C_scilama_match_report_init, report, struct_size)
slm_matrix_init <- function(matrix, struct_size) .Call(C_scilama_matrix_init, matrix, struct_size)
slm_model_adapt <- function(model, dataset, options, report) .Call(C_scilama_model_adapt, model, dataset, options, report)
slm_model_category <- function(model, index, category) .Call(C_scilama_model_category, model, index, category)
slm_model_cells_to_arrow <- function(model, dataset, schema, array) .Call(C_scilama_model_cells_to_arrow, model, dataset, schema, array)
slm_model_check_covariate <- function(model, dataset, index, report) .Call(C_scilama_model_check_covariate, model, dataset, index, report)
slm_model_check_query <- function(model, dataset, report) .Call(C_scilama_model_check_query, model, dataset, report)
slm_model_copy_parameters <- function(model, from, prefix, from_prefix, copied) .Call(C_scilama_model_copy_parameters, model, from, prefix, from_prefix, copied)
slm_model_covariate <- function(model, index, info) .Call(C_scilama_model_covariate, model, index, info)
slm_model_covariates <- function(model) .Call(C_scilama_model_covariates, model)
slm_model_create <- function(dataset, options) .Call(C_scilama_model_create, dataset, options)
slm_model_decode <- function(model, dataset, options, values, ld) .Call(C_scilama_model_decode, model, dataset, options, values, ld)
slm_model_decode_new_genes <- function(model, dataset, options, tables, names, n_tables, values, ld) .Call(C_scilama_model_decode_new_genes, model, dataset, options, tables, names, n_tables, values, ld)
slm_model_describe_reference <- function(model, dataset) .Call(C_scilama_model_describe_reference, model, dataset)
slm_model_destroy <- function(model) .Call(C_scilama_model_destroy, model)
slm_model_encode_cells <- function(model, dataset, mu, sigma, ld) .Call(C_scilama_model_encode_cells, model, dataset, mu, sigma, ld)
slm_model_encode_genes <- function(model, mu, sigma, ld) .Call(C_scilama_model_encode_genes, model, mu, sigma, ld)
slm_model_encode_new_genes <- function(model, tables, names, n_tables, mu, ld) .Call(C_scilama_model_encode_new_genes, model, tables, names, n_tables, mu, ld)
slm_model_extend_covariate <- function(model, key, values, count) .Call(C_scilama_model_extend_covariate, model, key, values, count)
slm_model_find_parameter <- function(model, name, tensor) .Call(C_scilama_model_find_parameter, model, name, tensor)
slm_model_gene_name <- function(model, gene) .Call(C_scilama_model_gene_name, model, gene)
slm_model_gene_vectors <- function(model, modality, width, values, ld) .Call(C_scilama_model_gene_vectors, model, modality, width, values, ld)
slm_model_genes_to_arrow <- function(model, schema, array) .Call(C_scilama_model_genes_to_arrow, model, schema, array)
slm_model_get_info <- function(model, info) .Call(C_scilama_model_get_info, model, info)
slm_model_get_options <- function(model, options) .Call(C_scilama_model_get_options, model, options)
slm_model_get_reference <- function(model) .Call(C_scilama_model_get_reference, model)
slm_model_info_init <- function(info, struct_size) .Call(C_scilama_model_info_init, info, struct_size)
slm_model_learn_absent <- function(model, dataset) .Call(C_scilama_model_learn_absent, model, dataset)
slm_model_load <- function(context, path) .Call(C_scilama_model_load, context, path)
slm_model_load_memory <- function(context, bytes, size) .Call(C_scilama_model_load_memory, context, bytes, size)
slm_model_modality_name <- function(model, modality) .Call(C_scilama_model_modality_name, model, modality)
slm_model_modality_width <- function(model, modality) .Call(C_scilama_model_modality_width, model, modality)
slm_model_novelty <- function(model, dataset, novelty) .Call(C_scilama_model_novelty, model, dataset, novelty)
slm_model_options_init <- function(options, struct_size, preset) .Call(C_scilama_model_options_init, options, struct_size, preset)
slm_model_parameter <- function(model, index, tensor) .Call(C_scilama_model_parameter, model, index, tensor)
slm_model_parameter_to_dlpack <- function(model, name) .Call(C_scilama_model_parameter_to_dlpack, model, name)
slm_model_parameters <- function(model) .Call(C_scilama_model_parameters, model)
slm_model_predict_genes <- function(model, dataset, options, tables, n_tables, genes, n_genes, values, ld, forecast) .Call(C_scilama_model_predict_genes, model, dataset, options, tables, n_tables, genes, n_genes, values, ld, forecast)
slm_model_save <- function(model, path) .Call(C_scilama_model_save, model, path)
slm_model_save_memory <- function(model) .Call(C_scilama_model_save_memory, model)
slm_model_set_parameter <- function(model, name, values, count) .Call(C_scilama_model_set_parameter, model, name, values, count)
slm_model_set_reference <- function(model, reference) .Call(C_scilama_model_set_reference, model, reference)
slm_module_activity <- function(dataset, labels, modules, activity) .Call(C_scilama_module_activity, dataset, labels, modules, activity)
slm_module_coherence <- function(dataset, labels, modules, options, coherence, p, fdr) .Call(C_scilama_module_coherence, dataset, labels, modules, options, coherence, p, fdr)
slm_module_options_init <- function(options, struct_size) .Call(C_scilama_module_options_init, options, struct_size)
slm_module_projection <- function(context, cells, n, genes, n_genes, dim, labels, modules, activity) .Call(C_scilama_module_projection, context, cells, n, genes, n_genes, dim, labels, modules, activity)
slm_module_report_init <- function(report, struct_size) .Call(C_scilama_module_report_init, report, struct_size)
slm_option_check <- function(of, options) .Call(C_scilama_option_check, of, options)
slm_option_choice <- function(of, index, choice, value) .Call(C_scilama_option_choice, of, index, choice, value)
slm_option_count <- function(of) .Call(C_scilama_option_count, of)
slm_option_find <- function(of, name) .Call(C_scilama_option_find, of, name)
slm_option_get_info <- function(of, index, info) .Call(C_scilama_option_get_info, of, index, info)
slm_option_info_init <- function(info, struct_size) .Call(C_scilama_option_info_init, info, struct_size)
slm_p_adjust <- function(context, p, n, adjusted) .Call(C_scilama_p_adjust, context, p, n, adjusted)
slm_paired_markers <- function(context, cells, n, genes, n_genes, dim, groups, n_groups, batches, options, table) .Call(C_scilama_paired_markers, context, cells, n, genes, n_genes, dim, groups, n_groups, batches, options, table)
slm_pca <- function(context, x, n, genes, ld, options, scores, components, variances, total) .Call(C_scilama_pca, context, x, n, genes, ld, options, scores, components, variances, total)
slm_pca_components <- function(options, n, genes) .Call(C_scilama_pca_components, options, n, genes)
slm_pca_options_init <- function(options, struct_size) .Call(C_scilama_pca_options_init, options, struct_size)
slm_preprocess_options_init <- function(options, struct_size) .Call(C_scilama_preprocess_options_init, options, struct_size)
slm_preprocess_report_init <- function(report, struct_size) .Call(C_scilama_preprocess_report_init, report, struct_size)
slm_query_report_init <- function(report, struct_size) .Call(C_scilama_query_report_init, report, struct_size)
slm_reference_add_labels <- function(reference, name, codes, categories, n_categories) .Call(C_scilama_reference_add_labels, reference, name, codes, categories, n_categories)
slm_reference_category <- function(reference, index, category) .Call(C_scilama_reference_category, reference, index, category)
slm_reference_create <- function(context, points, cells, dim, ld) .Call(C_scilama_reference_create, context, points, cells, dim, ld)
slm_reference_destroy <- function(reference) .Call(C_scilama_reference_destroy, reference)
slm_reference_get_info <- function(reference, info) .Call(C_scilama_reference_get_info, reference, info)
slm_reference_info_init <- function(info, struct_size) .Call(C_scilama_reference_info_init, info, struct_size)
slm_reference_label <- function(reference, index, info) .Call(C_scilama_reference_label, reference, index, info)
slm_reference_neighbors <- function(reference, points, n, ld, k, indices, distances) .Call(C_scilama_reference_neighbors, reference, points, n, ld, k, indices, distances)
slm_reference_place <- function(reference, indices, distances, n, k, layout) .Call(C_scilama_reference_place, reference, indices, distances, n, k, layout)
slm_reference_set_layout <- function(reference, layout, dims) .Call(C_scilama_reference_set_layout, reference, layout, dims)
slm_reference_transfer <- function(reference, index, indices, distances, n, k, code, probability, second, second_probability) .Call(C_scilama_reference_transfer, reference, index, indices, distances, n, k, code, probability, second, second_probability)
slm_row_source_init <- function(source, struct_size) .Call(C_scilama_row_source_init, source, struct_size)
slm_score_embedding <- function(context, embedding, n, dim, ld, labels, batches, options, scores) .Call(C_scilama_score_embedding, context, embedding, n, dim, ld, labels, batches, options, scores)
slm_score_options_init <- function(options, struct_size) .Call(C_scilama_score_options_init, options, struct_size)
slm_scores_init <- function(scores, struct_size) .Call(C_scilama_scores_init, scores, struct_size)
slm_silhouette <- function(context, points, n, dim, ld, metric, labels, samples, mean) .Call(C_scilama_silhouette, context, points, n, dim, ld, metric, labels, samples, mean)
slm_status_name <- function(status) .Call(C_scilama_status_name, status)
slm_status_text <- function(status) .Call(C_scilama_status_text, status)
slm_step_info_init <- function(info, struct_size) .Call(C_scilama_step_info_init, info, struct_size)
slm_table_options_init <- function(options, struct_size) .Call(C_scilama_table_options_init, options, struct_size)
slm_tensor_init <- function(tensor, struct_size) .Call(C_scilama_tensor_init, tensor, struct_size)
slm_text_destroy <- function(context, text) .Call(C_scilama_text_destroy, context, text)
slm_trainer_apply <- function(trainer, info) .Call(C_scilama_trainer_apply, trainer, info)
slm_trainer_create <- function(model, dataset, options) .Call(C_scilama_trainer_create, model, dataset, options)
slm_trainer_destroy <- function(trainer) .Call(C_scilama_trainer_destroy, trainer)
slm_trainer_end_phase <- function(trainer, info) .Call(C_scilama_trainer_end_phase, trainer, info)
slm_trainer_evaluate <- function(trainer, split, evaluation) .Call(C_scilama_trainer_evaluate, trainer, split, evaluation)
slm_trainer_forward_backward <- function(trainer, cells, n, info) .Call(C_scilama_trainer_forward_backward, trainer, cells, n, info)
slm_trainer_get_rates <- function(trainer, lr, beta, gamma) .Call(C_scilama_trainer_get_rates, trainer, lr, beta, gamma)
slm_trainer_gradient <- function(trainer, name, gradient) .Call(C_scilama_trainer_gradient, trainer, name, gradient)
slm_trainer_gradients <- function(trainer, gradients) .Call(C_scilama_trainer_gradients, trainer, gradients)
slm_trainer_gradients_to_dlpack <- function(trainer) .Call(C_scilama_trainer_gradients_to_dlpack, trainer)
slm_trainer_kl_per_unit <- function(trainer, kl_s, kl_f) .Call(C_scilama_trainer_kl_per_unit, trainer, kl_s, kl_f)
slm_trainer_memory <- function(model, dataset, options, bytes) .Call(C_scilama_trainer_memory, model, dataset, options, bytes)
slm_trainer_options_init <- function(options, struct_size, preset) .Call(C_scilama_trainer_options_init, options, struct_size, preset)
slm_trainer_run <- function(trainer, progress, user, info) .Call(C_scilama_trainer_run, trainer, progress, user, info)
slm_trainer_run_epoch <- function(trainer, info) .Call(C_scilama_trainer_run_epoch, trainer, info)
slm_trainer_set_rates <- function(trainer, lr, beta, gamma) .Call(C_scilama_trainer_set_rates, trainer, lr, beta, gamma)
slm_trainer_state_get <- function(trainer, buffer, size) .Call(C_scilama_trainer_state_get, trainer, buffer, size)
slm_trainer_state_set <- function(trainer, buffer, size) .Call(C_scilama_trainer_state_set, trainer, buffer, size)
slm_trainer_state_size <- function(trainer) .Call(C_scilama_trainer_state_size, trainer)
slm_trainer_step <- function(trainer, info) .Call(C_scilama_trainer_step, trainer, info)
slm_umap_options_init <- function(options, struct_size) .Call(C_scilama_umap_options_init, options, struct_size)
slm_version <- function() .Call(C_scilama_version)
slm_version_string <- function() .Call(C_scilama_version_string)
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
  FUSION_POE_PRIOR = 3L,
  PAIR_SCALE_ONE = 0L,
  PAIR_SCALE_RSQRT = 1L,
  LIKELIHOOD_GAUSSIAN = 0L,
  LIKELIHOOD_POISSON = 1L,
  LIKELIHOOD_NB = 2L,
  GENE_INPUT_AUTO = 0L,
  GENE_INPUT_TABLES = 1L,
  GENE_INPUT_TRANSPOSED = 2L,
  GENE_INPUT_NONE = 3L,
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
  LR_EXPONENTIAL = 0L,
  LR_CONSTANT = 1L,
  LR_COSINE = 2L,
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
  STEPS_AUTO = -1L)

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
  scilama_column_info = list(size = 32, fields = list(
    struct_size = list(0, "u64"),
    kind = list(8, "i32"),
    reserved = list(12, "i32"),
    categories = list(16, "i64"),
    missing = list(24, "i64"))),
  scilama_preprocess_options = list(size = 80, fields = list(
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
    batch_key = list(72, "text"))),
  scilama_preprocess_report = list(size = 240, fields = list(
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
    reason = list(80, "chars", 160))),
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
    alignment_bias = list(92, "i32"),
    gene_residual = list(96, "i32"),
    likelihood = list(100, "i32"),
    dropout = list(104, "f32"),
    var_eps = list(108, "f32"),
    embed_center = list(112, "i32"),
    embed_normalize = list(116, "i32"),
    embed_whiten = list(120, "i32"),
    reserved = list(124, "i32"),
    embed_pca = list(128, "i64"),
    seed = list(136, "u64"))),
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
  scilama_model_info = list(size = 64, fields = list(
    struct_size = list(0, "u64"),
    genes = list(8, "i64"),
    latent = list(16, "i64"),
    covariate_columns = list(24, "i64"),
    modalities = list(32, "i64"),
    parameters = list(40, "i64"),
    steps = list(48, "i64"),
    first_duplicate = list(56, "i64"))),
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
  scilama_trainer_options = list(size = 272, fields = list(
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
    free_bits = list(144, "f64"),
    residual_l2 = list(152, "f64"),
    lr_schedule = list(160, "i32"),
    on_nonfinite = list(164, "i32"),
    best_from_start = list(168, "i32"),
    gene_kl_per_cell = list(172, "i32"),
    gene_batch = list(176, "i64"),
    max_steps = list(184, "i64"),
    seed = list(192, "u64"),
    track_correlation = list(200, "i32"),
    keep_last = list(204, "i32"),
    freeze_reference = list(208, "i32"),
    precision = list(212, "i32"),
    gene_gamma = list(216, "f64"),
    shuffle_block = list(224, "i64"),
    shuffle_window = list(232, "i64"),
    prior_strength = list(240, "f64"),
    prior_vectors = list(248, "i32"),
    kl_repair = list(252, "i32"),
    kl_by_signal = list(256, "i32"),
    reserved = list(260, "i32"),
    gene_max_steps = list(264, "i64"))),
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
  scilama_h5ad_options = list(size = 56, fields = list(
    struct_size = list(0, "u64"),
    layer = list(8, "text"),
    first_duplicate = list(16, "i32"),
    annotation_only = list(20, "i32"),
    gene_ids = list(24, "i32"),
    reserved = list(28, "i32"),
    stream_memory = list(32, "i64"),
    scratch_folder = list(40, "text"),
    modality = list(48, "text"))),
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
  scilama_adapt_report = list(size = 48, fields = list(
    struct_size = list(0, "u64"),
    categories = list(8, "i64"),
    aligned = list(16, "i64"),
    cells = list(24, "i64"),
    apart_before = list(32, "f64"),
    apart_after = list(40, "f64"))))
