/* SPDX-License-Identifier: MIT */
/* Made by tests/abi/bindings.py from the public headers; never edited by hand. */
#include "glue.h"

static void R_scilama_context_gone(SEXP x)
{
    scilama_context_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

static void R_scilama_dataset_gone(SEXP x)
{
    scilama_dataset_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

static void R_scilama_gene_aliases_gone(SEXP x)
{
    scilama_gene_aliases_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

static void R_scilama_gene_sets_gone(SEXP x)
{
    scilama_gene_sets_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

static void R_scilama_gene_table_gone(SEXP x)
{
    scilama_gene_table_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

static void R_scilama_graph_gone(SEXP x)
{
    scilama_graph_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

static void R_scilama_h5ad_writer_gone(SEXP x)
{
    scilama_h5ad_writer_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

static void R_scilama_model_gone(SEXP x)
{
    scilama_model_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

static void R_scilama_reference_gone(SEXP x)
{
    scilama_reference_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

static void R_scilama_trainer_gone(SEXP x)
{
    scilama_trainer_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

SEXP R_scilama_adapt_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_adapt_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_adapt_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_adapt_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_agreement_init(SEXP agreement_, SEXP struct_size_)
{
    slm_check(scilama_agreement_init(slm_memory(agreement_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_arrow_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_arrow_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_arrow_to_stream(SEXP stream_, SEXP context_, SEXP schema_, SEXP array_)
{
    scilama_error error = { 0 };
    slm_check(scilama_arrow_to_stream(slm_memory(stream_), slm_memory(context_), slm_memory(schema_), slm_memory(array_), &error), &error, stream_);
    return R_NilValue;
}

SEXP R_scilama_bytes_destroy(SEXP context_, SEXP bytes_)
{
    scilama_bytes_destroy(slm_memory(context_), slm_memory(bytes_));
    R_ClearExternalPtr(context_);
    return R_NilValue;
}

SEXP R_scilama_cluster(SEXP context_, SEXP points_, SEXP n_, SEXP dim_, SEXP ld_, SEXP options_, SEXP labels_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_cluster(slm_memory(context_), slm_memory(points_), slm_long(n_), slm_long(dim_), slm_long(ld_), slm_memory(options_), slm_ints(labels_), slm_memory(report_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_cluster_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_cluster_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_coherence_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_coherence_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_column_info_init(SEXP info_, SEXP struct_size_)
{
    slm_check(scilama_column_info_init(slm_memory(info_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_concat_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_concat_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_context_cancel(SEXP context_)
{
    scilama_context_cancel(slm_memory(context_));
    return R_NilValue;
}

SEXP R_scilama_context_create(SEXP options_)
{
    scilama_error error = { 0 };
    scilama_context *made = NULL;
    slm_check(scilama_context_create(&made, slm_memory(options_), &error), &error, options_);
    return slm_handle(made, R_scilama_context_gone, options_);
}

SEXP R_scilama_context_describe(SEXP context_, SEXP buffer_, SEXP size_, SEXP needed_)
{
    slm_check(scilama_context_describe(slm_memory(context_), slm_memory(buffer_), slm_size(size_), slm_memory(needed_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_context_destroy(SEXP context_)
{
    scilama_context_destroy(slm_memory(context_));
    R_ClearExternalPtr(context_);
    return R_NilValue;
}

SEXP R_scilama_context_memory(SEXP context_, SEXP bytes_now_, SEXP bytes_peak_)
{
    scilama_context_memory(slm_memory(context_), slm_memory(bytes_now_), slm_memory(bytes_peak_));
    return R_NilValue;
}

SEXP R_scilama_context_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_context_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_context_resume(SEXP context_)
{
    scilama_context_resume(slm_memory(context_));
    return R_NilValue;
}

SEXP R_scilama_context_set_progress(SEXP context_, SEXP progress_, SEXP user_)
{
    scilama_error error = { 0 };
    slm_check(scilama_context_set_progress(slm_memory(context_), (scilama_stage_fn)slm_function(progress_), slm_memory(user_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_context_threads(SEXP context_)
{
    return ScalarInteger(scilama_context_threads(slm_memory(context_)));
}

SEXP R_scilama_covariate_info_init(SEXP info_, SEXP struct_size_)
{
    slm_check(scilama_covariate_info_init(slm_memory(info_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_covariate_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_covariate_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_dataset_add_gene_table(SEXP dataset_, SEXP name_, SEXP table_, SEXP options_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_add_gene_table(slm_memory(dataset_), slm_text(name_), slm_memory(table_), slm_memory(options_), slm_memory(report_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_category(SEXP dataset_, SEXP name_, SEXP category_)
{
    return slm_string(scilama_dataset_category(slm_memory(dataset_), slm_text(name_), slm_long(category_)));
}

SEXP R_scilama_dataset_cell_name(SEXP dataset_, SEXP cell_)
{
    return slm_string(scilama_dataset_cell_name(slm_memory(dataset_), slm_long(cell_)));
}

SEXP R_scilama_dataset_cells(SEXP dataset_)
{
    return ScalarReal((double)scilama_dataset_cells(slm_memory(dataset_)));
}

SEXP R_scilama_dataset_column_info(SEXP dataset_, SEXP name_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_column_info(slm_memory(dataset_), slm_text(name_), slm_memory(info_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_column_name(SEXP dataset_, SEXP column_)
{
    return slm_string(scilama_dataset_column_name(slm_memory(dataset_), slm_long(column_)));
}

SEXP R_scilama_dataset_columns(SEXP dataset_)
{
    return ScalarReal((double)scilama_dataset_columns(slm_memory(dataset_)));
}

SEXP R_scilama_dataset_concat(SEXP datasets_, SEXP n_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_dataset *made = NULL;
    slm_check(scilama_dataset_concat(&made, slm_list(datasets_), slm_long(n_), slm_memory(options_), &error), &error, datasets_);
    return slm_handle(made, R_scilama_dataset_gone, datasets_);
}

SEXP R_scilama_dataset_create(SEXP context_, SEXP matrix_, SEXP cell_names_, SEXP gene_names_)
{
    scilama_error error = { 0 };
    scilama_dataset *made = NULL;
    slm_check(scilama_dataset_create(&made, slm_memory(context_), slm_memory(matrix_), slm_texts(cell_names_), slm_texts(gene_names_), &error), &error, context_);
    return slm_handle(made, R_scilama_dataset_gone, context_);
}

SEXP R_scilama_dataset_create_from_rows(SEXP context_, SEXP source_, SEXP cell_names_, SEXP gene_names_)
{
    scilama_error error = { 0 };
    scilama_dataset *made = NULL;
    slm_check(scilama_dataset_create_from_rows(&made, slm_memory(context_), slm_memory(source_), slm_texts(cell_names_), slm_texts(gene_names_), &error), &error, context_);
    return slm_handle(made, R_scilama_dataset_gone, context_);
}

SEXP R_scilama_dataset_destroy(SEXP dataset_)
{
    scilama_dataset_destroy(slm_memory(dataset_));
    R_ClearExternalPtr(dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_gene_name(SEXP dataset_, SEXP gene_)
{
    return slm_string(scilama_dataset_gene_name(slm_memory(dataset_), slm_long(gene_)));
}

SEXP R_scilama_dataset_genes(SEXP dataset_)
{
    return ScalarReal((double)scilama_dataset_genes(slm_memory(dataset_)));
}

SEXP R_scilama_dataset_genes_used(SEXP dataset_)
{
    return ScalarReal((double)scilama_dataset_genes_used(slm_memory(dataset_)));
}

SEXP R_scilama_dataset_get_codes(SEXP dataset_, SEXP name_, SEXP codes_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_get_codes(slm_memory(dataset_), slm_text(name_), slm_ints(codes_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_get_numeric(SEXP dataset_, SEXP name_, SEXP values_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_get_numeric(slm_memory(dataset_), slm_text(name_), slm_reals(values_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_get_prepared(SEXP dataset_, SEXP cells_, SEXP n_, SEXP values_, SEXP ld_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_get_prepared(slm_memory(dataset_), slm_memory(cells_), slm_long(n_), slm_memory(values_), slm_long(ld_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_get_split(SEXP dataset_, SEXP split_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_get_split(slm_memory(dataset_), slm_ints(split_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_obs_to_arrow(SEXP dataset_, SEXP schema_, SEXP array_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_obs_to_arrow(slm_memory(dataset_), slm_memory(schema_), slm_memory(array_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_preprocess(SEXP dataset_, SEXP options_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_preprocess(slm_memory(dataset_), slm_memory(options_), slm_memory(report_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_read(SEXP context_, SEXP path_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_dataset *made = NULL;
    slm_check(scilama_dataset_read(&made, slm_memory(context_), slm_text(path_), slm_memory(options_), &error), &error, context_);
    return slm_handle(made, R_scilama_dataset_gone, context_);
}

SEXP R_scilama_dataset_read_10x_h5(SEXP context_, SEXP path_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_dataset *made = NULL;
    slm_check(scilama_dataset_read_10x_h5(&made, slm_memory(context_), slm_text(path_), slm_memory(options_), &error), &error, context_);
    return slm_handle(made, R_scilama_dataset_gone, context_);
}

SEXP R_scilama_dataset_read_h5ad(SEXP context_, SEXP path_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_dataset *made = NULL;
    slm_check(scilama_dataset_read_h5ad(&made, slm_memory(context_), slm_text(path_), slm_memory(options_), &error), &error, context_);
    return slm_handle(made, R_scilama_dataset_gone, context_);
}

SEXP R_scilama_dataset_read_mtx(SEXP context_, SEXP folder_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_dataset *made = NULL;
    slm_check(scilama_dataset_read_mtx(&made, slm_memory(context_), slm_text(folder_), slm_memory(options_), &error), &error, context_);
    return slm_handle(made, R_scilama_dataset_gone, context_);
}

SEXP R_scilama_dataset_release_input(SEXP dataset_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_release_input(slm_memory(dataset_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_set_codes(SEXP dataset_, SEXP name_, SEXP codes_, SEXP categories_, SEXP n_categories_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_set_codes(slm_memory(dataset_), slm_text(name_), slm_ints(codes_), slm_texts(categories_), slm_long(n_categories_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_set_numeric(SEXP dataset_, SEXP name_, SEXP values_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_set_numeric(slm_memory(dataset_), slm_text(name_), slm_reals(values_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_set_split(SEXP dataset_, SEXP split_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_set_split(slm_memory(dataset_), slm_ints(split_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_set_strings(SEXP dataset_, SEXP name_, SEXP values_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_set_strings(slm_memory(dataset_), slm_text(name_), slm_texts(values_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_split_by(SEXP dataset_, SEXP name_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_split_by(slm_memory(dataset_), slm_text(name_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_split_random(SEXP dataset_, SEXP train_fraction_, SEXP validation_fraction_, SEXP seed_, SEXP stratify_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_split_random(slm_memory(dataset_), slm_real(train_fraction_), slm_real(validation_fraction_), slm_ulong(seed_), slm_text(stratify_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_use_covariate(SEXP dataset_, SEXP name_, SEXP kind_)
{
    scilama_error error = { 0 };
    slm_check(scilama_dataset_use_covariate(slm_memory(dataset_), slm_text(name_), slm_int(kind_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_dataset_used_gene_name(SEXP dataset_, SEXP gene_)
{
    return slm_string(scilama_dataset_used_gene_name(slm_memory(dataset_), slm_long(gene_)));
}

SEXP R_scilama_decode_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_decode_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_dlpack_to_legacy(SEXP tensor_, SEXP drop_read_only_)
{
    scilama_error error = { 0 };
    struct DLManagedTensor *made = NULL;
    slm_check(scilama_dlpack_to_legacy(&made, slm_memory(tensor_), slm_int(drop_read_only_), &error), &error, tensor_);
    R_ClearExternalPtr(tensor_);
    return slm_handle(made, slm_drop_legacy, tensor_);
}

SEXP R_scilama_dlpack_wrap(SEXP context_, SEXP tensor_, SEXP read_only_, SEXP release_, SEXP user_)
{
    scilama_error error = { 0 };
    struct DLManagedTensorVersioned *made = NULL;
    slm_check(scilama_dlpack_wrap(&made, slm_memory(context_), slm_memory(tensor_), slm_int(read_only_), (scilama_release_fn)slm_function(release_), slm_memory(user_), &error), &error, context_);
    return slm_handle(made, slm_drop_tensor, context_);
}

SEXP R_scilama_enrichment(SEXP sets_, SEXP names_, SEXP labels_, SEXP n_, SEXP modules_, SEXP options_, SEXP overlap_, SEXP sizes_, SEXP p_, SEXP fdr_)
{
    scilama_error error = { 0 };
    slm_check(scilama_enrichment(slm_memory(sets_), slm_texts(names_), slm_ints(labels_), slm_long(n_), slm_long(modules_), slm_memory(options_), slm_memory(overlap_), slm_memory(sizes_), slm_reals(p_), slm_reals(fdr_), &error), &error, sets_);
    return R_NilValue;
}

SEXP R_scilama_enrichment_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_enrichment_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_evaluation_init(SEXP evaluation_, SEXP struct_size_)
{
    slm_check(scilama_evaluation_init(slm_memory(evaluation_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_file_describe(SEXP context_, SEXP path_, SEXP layer_)
{
    scilama_error error = { 0 };
    char *made = NULL;
    slm_check(scilama_file_describe(&made, slm_memory(context_), slm_text(path_), slm_text(layer_), &error), &error, context_);
    return slm_take_text(made, context_);
}

SEXP R_scilama_file_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_file_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_fit(SEXP dataset_, SEXP options_, SEXP info_)
{
    scilama_error error = { 0 };
    scilama_model *made = NULL;
    slm_check(scilama_fit(&made, slm_memory(dataset_), slm_memory(options_), slm_memory(info_), &error), &error, dataset_);
    return slm_handle(made, R_scilama_model_gone, dataset_);
}

SEXP R_scilama_fit_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_fit_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_gene_aliases_count(SEXP aliases_)
{
    return ScalarReal((double)scilama_gene_aliases_count(slm_memory(aliases_)));
}

SEXP R_scilama_gene_aliases_destroy(SEXP aliases_)
{
    scilama_gene_aliases_destroy(slm_memory(aliases_));
    R_ClearExternalPtr(aliases_);
    return R_NilValue;
}

SEXP R_scilama_gene_aliases_from(SEXP aliases_)
{
    return slm_view(scilama_gene_aliases_from(slm_memory(aliases_)), aliases_);
}

SEXP R_scilama_gene_aliases_read(SEXP context_, SEXP path_)
{
    scilama_error error = { 0 };
    scilama_gene_aliases *made = NULL;
    slm_check(scilama_gene_aliases_read(&made, slm_memory(context_), slm_text(path_), &error), &error, context_);
    return slm_handle(made, R_scilama_gene_aliases_gone, context_);
}

SEXP R_scilama_gene_aliases_to(SEXP aliases_)
{
    return slm_view(scilama_gene_aliases_to(slm_memory(aliases_)), aliases_);
}

SEXP R_scilama_gene_forecast_init(SEXP forecast_, SEXP struct_size_)
{
    slm_check(scilama_gene_forecast_init(slm_memory(forecast_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_gene_holdout(SEXP context_, SEXP expression_, SEXP cells_, SEXP genes_, SEXP ld_, SEXP vectors_, SEXP widths_, SEXP tables_, SEXP options_, SEXP correlation_, SEXP expected_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_gene_holdout(slm_memory(context_), slm_memory(expression_), slm_long(cells_), slm_long(genes_), slm_long(ld_), slm_list(vectors_), slm_memory(widths_), slm_long(tables_), slm_memory(options_), slm_reals(correlation_), slm_reals(expected_), slm_memory(report_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_gene_loadings(SEXP context_, SEXP expression_, SEXP cells_, SEXP genes_, SEXP ld_, SEXP vectors_, SEXP widths_, SEXP tables_, SEXP options_, SEXP loadings_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_gene_loadings(slm_memory(context_), slm_memory(expression_), slm_long(cells_), slm_long(genes_), slm_long(ld_), slm_list(vectors_), slm_memory(widths_), slm_long(tables_), slm_memory(options_), slm_memory(loadings_), slm_memory(report_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_gene_modules(SEXP context_, SEXP genes_, SEXP n_, SEXP dim_, SEXP ld_, SEXP options_, SEXP labels_, SEXP membership_, SEXP hub_, SEXP cohesion_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_gene_modules(slm_memory(context_), slm_memory(genes_), slm_long(n_), slm_long(dim_), slm_long(ld_), slm_memory(options_), slm_ints(labels_), slm_reals(membership_), slm_reals(hub_), slm_reals(cohesion_), slm_memory(report_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_gene_sets_count(SEXP sets_)
{
    return ScalarReal((double)scilama_gene_sets_count(slm_memory(sets_)));
}

SEXP R_scilama_gene_sets_description(SEXP sets_, SEXP set_)
{
    return slm_string(scilama_gene_sets_description(slm_memory(sets_), slm_long(set_)));
}

SEXP R_scilama_gene_sets_destroy(SEXP sets_)
{
    scilama_gene_sets_destroy(slm_memory(sets_));
    R_ClearExternalPtr(sets_);
    return R_NilValue;
}

SEXP R_scilama_gene_sets_gene(SEXP sets_, SEXP set_, SEXP gene_)
{
    return slm_string(scilama_gene_sets_gene(slm_memory(sets_), slm_long(set_), slm_long(gene_)));
}

SEXP R_scilama_gene_sets_name(SEXP sets_, SEXP set_)
{
    return slm_string(scilama_gene_sets_name(slm_memory(sets_), slm_long(set_)));
}

SEXP R_scilama_gene_sets_read(SEXP context_, SEXP path_)
{
    scilama_error error = { 0 };
    scilama_gene_sets *made = NULL;
    slm_check(scilama_gene_sets_read(&made, slm_memory(context_), slm_text(path_), &error), &error, context_);
    return slm_handle(made, R_scilama_gene_sets_gone, context_);
}

SEXP R_scilama_gene_sets_size(SEXP sets_, SEXP set_)
{
    return ScalarReal((double)scilama_gene_sets_size(slm_memory(sets_), slm_long(set_)));
}

SEXP R_scilama_gene_space(SEXP context_, SEXP expression_, SEXP cells_, SEXP genes_, SEXP ld_, SEXP vectors_, SEXP widths_, SEXP tables_, SEXP options_, SEXP space_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_gene_space(slm_memory(context_), slm_memory(expression_), slm_long(cells_), slm_long(genes_), slm_long(ld_), slm_list(vectors_), slm_memory(widths_), slm_long(tables_), slm_memory(options_), slm_memory(space_), slm_memory(report_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_gene_table_create(SEXP context_, SEXP names_, SEXP values_, SEXP rows_, SEXP width_, SEXP ld_)
{
    scilama_error error = { 0 };
    scilama_gene_table *made = NULL;
    slm_check(scilama_gene_table_create(&made, slm_memory(context_), slm_texts(names_), slm_memory(values_), slm_long(rows_), slm_long(width_), slm_long(ld_), &error), &error, context_);
    return slm_handle(made, R_scilama_gene_table_gone, context_);
}

SEXP R_scilama_gene_table_destroy(SEXP table_)
{
    scilama_gene_table_destroy(slm_memory(table_));
    R_ClearExternalPtr(table_);
    return R_NilValue;
}

SEXP R_scilama_gene_table_from_arrow(SEXP context_, SEXP schema_, SEXP array_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_gene_table *made = NULL;
    slm_check(scilama_gene_table_from_arrow(&made, slm_memory(context_), slm_memory(schema_), slm_memory(array_), slm_memory(options_), &error), &error, context_);
    return slm_handle(made, R_scilama_gene_table_gone, context_);
}

SEXP R_scilama_gene_table_from_arrow_stream(SEXP context_, SEXP stream_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_gene_table *made = NULL;
    slm_check(scilama_gene_table_from_arrow_stream(&made, slm_memory(context_), slm_memory(stream_), slm_memory(options_), &error), &error, context_);
    return slm_handle(made, R_scilama_gene_table_gone, context_);
}

SEXP R_scilama_gene_table_name(SEXP table_, SEXP row_)
{
    return slm_string(scilama_gene_table_name(slm_memory(table_), slm_long(row_)));
}

SEXP R_scilama_gene_table_random(SEXP context_, SEXP like_, SEXP seed_)
{
    scilama_error error = { 0 };
    scilama_gene_table *made = NULL;
    slm_check(scilama_gene_table_random(&made, slm_memory(context_), slm_memory(like_), slm_ulong(seed_), &error), &error, context_);
    return slm_handle(made, R_scilama_gene_table_gone, context_);
}

SEXP R_scilama_gene_table_read(SEXP context_, SEXP path_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_gene_table *made = NULL;
    slm_check(scilama_gene_table_read(&made, slm_memory(context_), slm_text(path_), slm_memory(options_), &error), &error, context_);
    return slm_handle(made, R_scilama_gene_table_gone, context_);
}

SEXP R_scilama_gene_table_rows(SEXP table_)
{
    return ScalarReal((double)scilama_gene_table_rows(slm_memory(table_)));
}

SEXP R_scilama_gene_table_shuffled(SEXP context_, SEXP table_, SEXP seed_)
{
    scilama_error error = { 0 };
    scilama_gene_table *made = NULL;
    slm_check(scilama_gene_table_shuffled(&made, slm_memory(context_), slm_memory(table_), slm_ulong(seed_), &error), &error, context_);
    return slm_handle(made, R_scilama_gene_table_gone, context_);
}

SEXP R_scilama_gene_table_to_arrow(SEXP table_, SEXP schema_, SEXP array_)
{
    scilama_error error = { 0 };
    slm_check(scilama_gene_table_to_arrow(slm_memory(table_), slm_memory(schema_), slm_memory(array_), &error), &error, table_);
    return R_NilValue;
}

SEXP R_scilama_gene_table_to_dlpack(SEXP table_)
{
    scilama_error error = { 0 };
    struct DLManagedTensorVersioned *made = NULL;
    slm_check(scilama_gene_table_to_dlpack(&made, slm_memory(table_), &error), &error, table_);
    return slm_handle(made, slm_drop_tensor, table_);
}

SEXP R_scilama_gene_table_values(SEXP table_)
{
    return slm_view(scilama_gene_table_values(slm_memory(table_)), table_);
}

SEXP R_scilama_gene_table_width(SEXP table_)
{
    return ScalarReal((double)scilama_gene_table_width(slm_memory(table_)));
}

SEXP R_scilama_gene_table_write(SEXP table_, SEXP path_)
{
    scilama_error error = { 0 };
    slm_check(scilama_gene_table_write(slm_memory(table_), slm_text(path_), &error), &error, table_);
    return R_NilValue;
}

SEXP R_scilama_graph_destroy(SEXP graph_)
{
    scilama_graph_destroy(slm_memory(graph_));
    R_ClearExternalPtr(graph_);
    return R_NilValue;
}

SEXP R_scilama_graph_entries(SEXP graph_)
{
    return ScalarReal((double)scilama_graph_entries(slm_memory(graph_)));
}

SEXP R_scilama_graph_from_csr(SEXP context_, SEXP n_, SEXP indptr_, SEXP indices_, SEXP weights_)
{
    scilama_error error = { 0 };
    scilama_graph *made = NULL;
    slm_check(scilama_graph_from_csr(&made, slm_memory(context_), slm_long(n_), slm_memory(indptr_), slm_ints(indices_), slm_memory(weights_), &error), &error, context_);
    return slm_handle(made, R_scilama_graph_gone, context_);
}

SEXP R_scilama_graph_from_knn(SEXP context_, SEXP kind_, SEXP n_, SEXP neighbors_, SEXP indices_, SEXP distances_)
{
    scilama_error error = { 0 };
    scilama_graph *made = NULL;
    slm_check(scilama_graph_from_knn(&made, slm_memory(context_), slm_int(kind_), slm_long(n_), slm_long(neighbors_), slm_ints(indices_), slm_memory(distances_), &error), &error, context_);
    return slm_handle(made, R_scilama_graph_gone, context_);
}

SEXP R_scilama_graph_from_knn_memory(SEXP context_, SEXP kind_, SEXP n_, SEXP neighbors_, SEXP bytes_)
{
    scilama_error error = { 0 };
    slm_check(scilama_graph_from_knn_memory(slm_memory(context_), slm_int(kind_), slm_long(n_), slm_long(neighbors_), slm_memory(bytes_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_graph_indices(SEXP graph_)
{
    return slm_view(scilama_graph_indices(slm_memory(graph_)), graph_);
}

SEXP R_scilama_graph_indptr(SEXP graph_)
{
    return slm_view(scilama_graph_indptr(slm_memory(graph_)), graph_);
}

SEXP R_scilama_graph_leiden(SEXP graph_, SEXP options_, SEXP labels_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_graph_leiden(slm_memory(graph_), slm_memory(options_), slm_ints(labels_), slm_memory(report_), &error), &error, graph_);
    return R_NilValue;
}

SEXP R_scilama_graph_leiden_memory(SEXP context_, SEXP vertices_, SEXP entries_, SEXP options_, SEXP bytes_)
{
    scilama_error error = { 0 };
    slm_check(scilama_graph_leiden_memory(slm_memory(context_), slm_long(vertices_), slm_long(entries_), slm_memory(options_), slm_memory(bytes_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_graph_leiden_sweep(SEXP graph_, SEXP options_, SEXP resolutions_, SEXP count_, SEXP labels_, SEXP reports_)
{
    scilama_error error = { 0 };
    slm_check(scilama_graph_leiden_sweep(slm_memory(graph_), slm_memory(options_), slm_reals(resolutions_), slm_long(count_), slm_ints(labels_), slm_memory(reports_), &error), &error, graph_);
    return R_NilValue;
}

SEXP R_scilama_graph_leiden_target(SEXP graph_, SEXP options_, SEXP communities_, SEXP labels_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_graph_leiden_target(slm_memory(graph_), slm_memory(options_), slm_long(communities_), slm_ints(labels_), slm_memory(report_), &error), &error, graph_);
    return R_NilValue;
}

SEXP R_scilama_graph_quality(SEXP graph_, SEXP quality_, SEXP resolution_, SEXP labels_, SEXP value_)
{
    scilama_error error = { 0 };
    slm_check(scilama_graph_quality(slm_memory(graph_), slm_int(quality_), slm_real(resolution_), slm_ints(labels_), slm_reals(value_), &error), &error, graph_);
    return R_NilValue;
}

SEXP R_scilama_graph_umap(SEXP graph_, SEXP options_, SEXP layout_)
{
    scilama_error error = { 0 };
    slm_check(scilama_graph_umap(slm_memory(graph_), slm_memory(options_), slm_memory(layout_), &error), &error, graph_);
    return R_NilValue;
}

SEXP R_scilama_graph_umap_memory(SEXP context_, SEXP vertices_, SEXP entries_, SEXP options_, SEXP bytes_)
{
    scilama_error error = { 0 };
    slm_check(scilama_graph_umap_memory(slm_memory(context_), slm_long(vertices_), slm_long(entries_), slm_memory(options_), slm_memory(bytes_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_graph_vertices(SEXP graph_)
{
    return ScalarReal((double)scilama_graph_vertices(slm_memory(graph_)));
}

SEXP R_scilama_graph_weights(SEXP graph_)
{
    return slm_view(scilama_graph_weights(slm_memory(graph_)), graph_);
}

SEXP R_scilama_h5ad_read_array(SEXP context_, SEXP path_, SEXP key_, SEXP rows_, SEXP width_, SEXP values_, SEXP size_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_read_array(slm_memory(context_), slm_text(path_), slm_text(key_), slm_memory(rows_), slm_memory(width_), slm_memory(values_), slm_long(size_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_read_column(SEXP context_, SEXP path_, SEXP table_, SEXP column_, SEXP rows_, SEXP values_, SEXP size_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_read_column(slm_memory(context_), slm_text(path_), slm_text(table_), slm_text(column_), slm_memory(rows_), slm_reals(values_), slm_long(size_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_read_string(SEXP context_, SEXP path_, SEXP key_)
{
    scilama_error error = { 0 };
    char *made = NULL;
    slm_check(scilama_h5ad_read_string(&made, slm_memory(context_), slm_text(path_), slm_text(key_), &error), &error, context_);
    return slm_take_text(made, context_);
}

SEXP R_scilama_h5ad_writer_cells(SEXP writer_)
{
    return ScalarReal((double)scilama_h5ad_writer_cells(slm_memory(writer_)));
}

SEXP R_scilama_h5ad_writer_commit(SEXP writer_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_commit(slm_memory(writer_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_copy_obs(SEXP writer_, SEXP input_, SEXP options_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_copy_obs(slm_memory(writer_), slm_text(input_), slm_memory(options_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_create(SEXP context_, SEXP output_, SEXP matrix_, SEXP cell_names_, SEXP gene_names_)
{
    scilama_error error = { 0 };
    scilama_h5ad_writer *made = NULL;
    slm_check(scilama_h5ad_writer_create(&made, slm_memory(context_), slm_text(output_), slm_memory(matrix_), slm_texts(cell_names_), slm_texts(gene_names_), &error), &error, context_);
    return slm_handle(made, R_scilama_h5ad_writer_gone, context_);
}

SEXP R_scilama_h5ad_writer_create_from(SEXP output_, SEXP dataset_, SEXP matrix_)
{
    scilama_error error = { 0 };
    scilama_h5ad_writer *made = NULL;
    slm_check(scilama_h5ad_writer_create_from(&made, slm_text(output_), slm_memory(dataset_), slm_int(matrix_), &error), &error, output_);
    return slm_handle(made, R_scilama_h5ad_writer_gone, output_);
}

SEXP R_scilama_h5ad_writer_destroy(SEXP writer_)
{
    scilama_h5ad_writer_destroy(slm_memory(writer_));
    R_ClearExternalPtr(writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_genes(SEXP writer_)
{
    return ScalarReal((double)scilama_h5ad_writer_genes(slm_memory(writer_)));
}

SEXP R_scilama_h5ad_writer_open(SEXP context_, SEXP input_, SEXP output_)
{
    scilama_error error = { 0 };
    scilama_h5ad_writer *made = NULL;
    slm_check(scilama_h5ad_writer_open(&made, slm_memory(context_), slm_text(input_), slm_text(output_), &error), &error, context_);
    return slm_handle(made, R_scilama_h5ad_writer_gone, context_);
}

SEXP R_scilama_h5ad_writer_open_part(SEXP context_, SEXP input_, SEXP options_, SEXP output_)
{
    scilama_error error = { 0 };
    scilama_h5ad_writer *made = NULL;
    slm_check(scilama_h5ad_writer_open_part(&made, slm_memory(context_), slm_text(input_), slm_memory(options_), slm_text(output_), &error), &error, context_);
    return slm_handle(made, R_scilama_h5ad_writer_gone, context_);
}

SEXP R_scilama_h5ad_writer_put_layer(SEXP writer_, SEXP key_, SEXP matrix_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_layer(slm_memory(writer_), slm_text(key_), slm_memory(matrix_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_obs_categorical(SEXP writer_, SEXP key_, SEXP codes_, SEXP categories_, SEXP n_categories_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_obs_categorical(slm_memory(writer_), slm_text(key_), slm_ints(codes_), slm_texts(categories_), slm_long(n_categories_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_obs_numeric(SEXP writer_, SEXP key_, SEXP values_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_obs_numeric(slm_memory(writer_), slm_text(key_), slm_reals(values_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_obsm(SEXP writer_, SEXP key_, SEXP values_, SEXP width_, SEXP ld_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_obsm(slm_memory(writer_), slm_text(key_), slm_memory(values_), slm_long(width_), slm_long(ld_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_obsp(SEXP writer_, SEXP key_, SEXP indptr_, SEXP indices_, SEXP values_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_obsp(slm_memory(writer_), slm_text(key_), slm_memory(indptr_), slm_ints(indices_), slm_memory(values_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_uns_array(SEXP writer_, SEXP key_, SEXP values_, SEXP rows_, SEXP cols_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_uns_array(slm_memory(writer_), slm_text(key_), slm_memory(values_), slm_long(rows_), slm_long(cols_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_uns_integer(SEXP writer_, SEXP key_, SEXP value_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_uns_integer(slm_memory(writer_), slm_text(key_), slm_long(value_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_uns_number(SEXP writer_, SEXP key_, SEXP value_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_uns_number(slm_memory(writer_), slm_text(key_), slm_real(value_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_uns_records(SEXP writer_, SEXP key_, SEXP fields_, SEXP n_fields_, SEXP rows_, SEXP values_, SEXP strings_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_uns_records(slm_memory(writer_), slm_text(key_), slm_texts(fields_), slm_long(n_fields_), slm_long(rows_), slm_reals(values_), slm_texts(strings_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_uns_string(SEXP writer_, SEXP key_, SEXP value_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_uns_string(slm_memory(writer_), slm_text(key_), slm_text(value_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_uns_strings(SEXP writer_, SEXP key_, SEXP values_, SEXP count_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_uns_strings(slm_memory(writer_), slm_text(key_), slm_texts(values_), slm_long(count_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_uns_table(SEXP writer_, SEXP key_, SEXP index_, SEXP rows_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_uns_table(slm_memory(writer_), slm_text(key_), slm_texts(index_), slm_long(rows_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_uns_table_numeric(SEXP writer_, SEXP key_, SEXP column_, SEXP values_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_uns_table_numeric(slm_memory(writer_), slm_text(key_), slm_text(column_), slm_reals(values_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_uns_table_strings(SEXP writer_, SEXP key_, SEXP column_, SEXP values_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_uns_table_strings(slm_memory(writer_), slm_text(key_), slm_text(column_), slm_texts(values_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_var_categorical(SEXP writer_, SEXP key_, SEXP codes_, SEXP categories_, SEXP n_categories_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_var_categorical(slm_memory(writer_), slm_text(key_), slm_ints(codes_), slm_texts(categories_), slm_long(n_categories_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_var_numeric(SEXP writer_, SEXP key_, SEXP values_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_var_numeric(slm_memory(writer_), slm_text(key_), slm_reals(values_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_varm(SEXP writer_, SEXP key_, SEXP values_, SEXP width_, SEXP ld_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_varm(slm_memory(writer_), slm_text(key_), slm_memory(values_), slm_long(width_), slm_long(ld_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_h5ad_writer_put_varp(SEXP writer_, SEXP key_, SEXP indptr_, SEXP indices_, SEXP values_)
{
    scilama_error error = { 0 };
    slm_check(scilama_h5ad_writer_put_varp(slm_memory(writer_), slm_text(key_), slm_memory(indptr_), slm_ints(indices_), slm_memory(values_), &error), &error, writer_);
    return R_NilValue;
}

SEXP R_scilama_holdout_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_holdout_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_holdout_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_holdout_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_kmeans(SEXP context_, SEXP points_, SEXP n_, SEXP dim_, SEXP ld_, SEXP options_, SEXP labels_, SEXP centers_, SEXP inertia_)
{
    scilama_error error = { 0 };
    slm_check(scilama_kmeans(slm_memory(context_), slm_memory(points_), slm_long(n_), slm_long(dim_), slm_long(ld_), slm_memory(options_), slm_ints(labels_), slm_memory(centers_), slm_reals(inertia_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_kmeans_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_kmeans_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_knn(SEXP context_, SEXP points_, SEXP n_, SEXP dim_, SEXP ld_, SEXP options_, SEXP indices_, SEXP distances_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_knn(slm_memory(context_), slm_memory(points_), slm_long(n_), slm_long(dim_), slm_long(ld_), slm_memory(options_), slm_ints(indices_), slm_memory(distances_), slm_memory(report_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_knn_memory(SEXP context_, SEXP n_, SEXP dim_, SEXP options_, SEXP bytes_)
{
    scilama_error error = { 0 };
    slm_check(scilama_knn_memory(slm_memory(context_), slm_long(n_), slm_long(dim_), slm_memory(options_), slm_memory(bytes_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_knn_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_knn_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_knn_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_knn_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_label_info_init(SEXP info_, SEXP struct_size_)
{
    slm_check(scilama_label_info_init(slm_memory(info_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_labels_compare(SEXP context_, SEXP a_, SEXP b_, SEXP n_, SEXP agreement_)
{
    scilama_error error = { 0 };
    slm_check(scilama_labels_compare(slm_memory(context_), slm_ints(a_), slm_ints(b_), slm_long(n_), slm_memory(agreement_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_leiden_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_leiden_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_leiden_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_leiden_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_lisi(SEXP context_, SEXP n_, SEXP neighbors_, SEXP indices_, SEXP distances_, SEXP labels_, SEXP perplexity_, SEXP lisi_)
{
    scilama_error error = { 0 };
    slm_check(scilama_lisi(slm_memory(context_), slm_long(n_), slm_long(neighbors_), slm_ints(indices_), slm_memory(distances_), slm_ints(labels_), slm_real(perplexity_), slm_reals(lisi_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_loading_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_loading_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_loading_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_loading_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_map_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_map_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_marker_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_marker_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_marker_table_init(SEXP table_, SEXP struct_size_)
{
    slm_check(scilama_marker_table_init(slm_memory(table_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_markers(SEXP dataset_, SEXP cells_, SEXP genes_, SEXP dim_, SEXP groups_, SEXP n_groups_, SEXP batches_, SEXP options_, SEXP table_)
{
    scilama_error error = { 0 };
    slm_check(scilama_markers(slm_memory(dataset_), slm_memory(cells_), slm_memory(genes_), slm_long(dim_), slm_ints(groups_), slm_long(n_groups_), slm_ints(batches_), slm_memory(options_), slm_memory(table_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_match_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_match_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_match_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_match_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_matrix_init(SEXP matrix_, SEXP struct_size_)
{
    slm_check(scilama_matrix_init(slm_memory(matrix_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_model_adapt(SEXP model_, SEXP dataset_, SEXP options_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_adapt(slm_memory(model_), slm_memory(dataset_), slm_memory(options_), slm_memory(report_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_category(SEXP model_, SEXP index_, SEXP category_)
{
    return slm_string(scilama_model_category(slm_memory(model_), slm_long(index_), slm_long(category_)));
}

SEXP R_scilama_model_cells_to_arrow(SEXP model_, SEXP dataset_, SEXP schema_, SEXP array_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_cells_to_arrow(slm_memory(model_), slm_memory(dataset_), slm_memory(schema_), slm_memory(array_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_check_covariate(SEXP model_, SEXP dataset_, SEXP index_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_check_covariate(slm_memory(model_), slm_memory(dataset_), slm_long(index_), slm_memory(report_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_check_query(SEXP model_, SEXP dataset_, SEXP report_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_check_query(slm_memory(model_), slm_memory(dataset_), slm_memory(report_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_copy_parameters(SEXP model_, SEXP from_, SEXP prefix_, SEXP from_prefix_, SEXP copied_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_copy_parameters(slm_memory(model_), slm_memory(from_), slm_text(prefix_), slm_text(from_prefix_), slm_memory(copied_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_covariate(SEXP model_, SEXP index_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_covariate(slm_memory(model_), slm_long(index_), slm_memory(info_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_covariates(SEXP model_)
{
    return ScalarReal((double)scilama_model_covariates(slm_memory(model_)));
}

SEXP R_scilama_model_create(SEXP dataset_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_model *made = NULL;
    slm_check(scilama_model_create(&made, slm_memory(dataset_), slm_memory(options_), &error), &error, dataset_);
    return slm_handle(made, R_scilama_model_gone, dataset_);
}

SEXP R_scilama_model_decode(SEXP model_, SEXP dataset_, SEXP options_, SEXP values_, SEXP ld_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_decode(slm_memory(model_), slm_memory(dataset_), slm_memory(options_), slm_memory(values_), slm_long(ld_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_decode_new_genes(SEXP model_, SEXP dataset_, SEXP options_, SEXP tables_, SEXP names_, SEXP n_tables_, SEXP values_, SEXP ld_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_decode_new_genes(slm_memory(model_), slm_memory(dataset_), slm_memory(options_), slm_list(tables_), slm_texts(names_), slm_long(n_tables_), slm_memory(values_), slm_long(ld_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_describe_reference(SEXP model_, SEXP dataset_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_describe_reference(slm_memory(model_), slm_memory(dataset_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_destroy(SEXP model_)
{
    scilama_model_destroy(slm_memory(model_));
    R_ClearExternalPtr(model_);
    return R_NilValue;
}

SEXP R_scilama_model_encode_cells(SEXP model_, SEXP dataset_, SEXP mu_, SEXP sigma_, SEXP ld_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_encode_cells(slm_memory(model_), slm_memory(dataset_), slm_memory(mu_), slm_memory(sigma_), slm_long(ld_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_encode_genes(SEXP model_, SEXP mu_, SEXP sigma_, SEXP ld_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_encode_genes(slm_memory(model_), slm_memory(mu_), slm_memory(sigma_), slm_long(ld_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_encode_new_genes(SEXP model_, SEXP tables_, SEXP names_, SEXP n_tables_, SEXP mu_, SEXP ld_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_encode_new_genes(slm_memory(model_), slm_list(tables_), slm_texts(names_), slm_long(n_tables_), slm_memory(mu_), slm_long(ld_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_extend_covariate(SEXP model_, SEXP key_, SEXP values_, SEXP count_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_extend_covariate(slm_memory(model_), slm_text(key_), slm_texts(values_), slm_long(count_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_find_parameter(SEXP model_, SEXP name_, SEXP tensor_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_find_parameter(slm_memory(model_), slm_text(name_), slm_memory(tensor_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_gene_name(SEXP model_, SEXP gene_)
{
    return slm_string(scilama_model_gene_name(slm_memory(model_), slm_long(gene_)));
}

SEXP R_scilama_model_gene_vectors(SEXP model_, SEXP modality_, SEXP width_, SEXP values_, SEXP ld_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_gene_vectors(slm_memory(model_), slm_long(modality_), slm_memory(width_), slm_memory(values_), slm_long(ld_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_genes_to_arrow(SEXP model_, SEXP schema_, SEXP array_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_genes_to_arrow(slm_memory(model_), slm_memory(schema_), slm_memory(array_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_get_info(SEXP model_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_get_info(slm_memory(model_), slm_memory(info_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_get_options(SEXP model_, SEXP options_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_get_options(slm_memory(model_), slm_memory(options_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_get_reference(SEXP model_)
{
    scilama_error error = { 0 };
    scilama_reference *made = NULL;
    slm_check(scilama_model_get_reference(&made, slm_memory(model_), &error), &error, model_);
    return slm_handle(made, R_scilama_reference_gone, model_);
}

SEXP R_scilama_model_info_init(SEXP info_, SEXP struct_size_)
{
    slm_check(scilama_model_info_init(slm_memory(info_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_model_learn_absent(SEXP model_, SEXP dataset_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_learn_absent(slm_memory(model_), slm_memory(dataset_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_load(SEXP context_, SEXP path_)
{
    scilama_error error = { 0 };
    scilama_model *made = NULL;
    slm_check(scilama_model_load(&made, slm_memory(context_), slm_text(path_), &error), &error, context_);
    return slm_handle(made, R_scilama_model_gone, context_);
}

SEXP R_scilama_model_load_memory(SEXP context_, SEXP bytes_, SEXP size_)
{
    scilama_error error = { 0 };
    scilama_model *made = NULL;
    slm_check(scilama_model_load_memory(&made, slm_memory(context_), slm_memory(bytes_), slm_long(size_), &error), &error, context_);
    return slm_handle(made, R_scilama_model_gone, context_);
}

SEXP R_scilama_model_map(SEXP model_, SEXP dataset_, SEXP writer_, SEXP options_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_map(slm_memory(model_), slm_memory(dataset_), slm_memory(writer_), slm_memory(options_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_match_genes(SEXP model_, SEXP dataset_, SEXP options_, SEXP renamed_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_match_genes(slm_memory(model_), slm_memory(dataset_), slm_memory(options_), slm_memory(renamed_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_modality_name(SEXP model_, SEXP modality_)
{
    return slm_string(scilama_model_modality_name(slm_memory(model_), slm_long(modality_)));
}

SEXP R_scilama_model_modality_width(SEXP model_, SEXP modality_)
{
    return ScalarReal((double)scilama_model_modality_width(slm_memory(model_), slm_long(modality_)));
}

SEXP R_scilama_model_novelty(SEXP model_, SEXP dataset_, SEXP novelty_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_novelty(slm_memory(model_), slm_memory(dataset_), slm_memory(novelty_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_options_init(SEXP options_, SEXP struct_size_, SEXP preset_)
{
    slm_check(scilama_model_options_init(slm_memory(options_), slm_size(struct_size_), slm_int(preset_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_model_parameter(SEXP model_, SEXP index_, SEXP tensor_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_parameter(slm_memory(model_), slm_long(index_), slm_memory(tensor_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_parameter_to_dlpack(SEXP model_, SEXP name_)
{
    scilama_error error = { 0 };
    struct DLManagedTensorVersioned *made = NULL;
    slm_check(scilama_model_parameter_to_dlpack(&made, slm_memory(model_), slm_text(name_), &error), &error, model_);
    return slm_handle(made, slm_drop_tensor, model_);
}

SEXP R_scilama_model_parameters(SEXP model_)
{
    return ScalarReal((double)scilama_model_parameters(slm_memory(model_)));
}

SEXP R_scilama_model_predict_genes(SEXP model_, SEXP dataset_, SEXP options_, SEXP tables_, SEXP n_tables_, SEXP genes_, SEXP n_genes_, SEXP values_, SEXP ld_, SEXP forecast_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_predict_genes(slm_memory(model_), slm_memory(dataset_), slm_memory(options_), slm_list(tables_), slm_long(n_tables_), slm_texts(genes_), slm_long(n_genes_), slm_memory(values_), slm_long(ld_), slm_memory(forecast_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_save(SEXP model_, SEXP path_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_save(slm_memory(model_), slm_text(path_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_save_memory(SEXP model_)
{
    scilama_error error = { 0 };
    void *made = NULL;
    int64_t size = 0;
    slm_check(scilama_model_save_memory(slm_memory(model_), &made, &size, &error), &error, model_);
    return slm_take_bytes(made, size, model_);
}

SEXP R_scilama_model_set_parameter(SEXP model_, SEXP name_, SEXP values_, SEXP count_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_set_parameter(slm_memory(model_), slm_text(name_), slm_memory(values_), slm_long(count_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_model_set_reference(SEXP model_, SEXP reference_)
{
    scilama_error error = { 0 };
    slm_check(scilama_model_set_reference(slm_memory(model_), slm_memory(reference_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_module_activity(SEXP dataset_, SEXP labels_, SEXP modules_, SEXP activity_)
{
    scilama_error error = { 0 };
    slm_check(scilama_module_activity(slm_memory(dataset_), slm_ints(labels_), slm_long(modules_), slm_memory(activity_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_module_coherence(SEXP dataset_, SEXP labels_, SEXP modules_, SEXP options_, SEXP coherence_, SEXP p_, SEXP fdr_)
{
    scilama_error error = { 0 };
    slm_check(scilama_module_coherence(slm_memory(dataset_), slm_ints(labels_), slm_long(modules_), slm_memory(options_), slm_reals(coherence_), slm_reals(p_), slm_reals(fdr_), &error), &error, dataset_);
    return R_NilValue;
}

SEXP R_scilama_module_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_module_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_module_projection(SEXP context_, SEXP cells_, SEXP n_, SEXP genes_, SEXP n_genes_, SEXP dim_, SEXP labels_, SEXP modules_, SEXP activity_)
{
    scilama_error error = { 0 };
    slm_check(scilama_module_projection(slm_memory(context_), slm_memory(cells_), slm_long(n_), slm_memory(genes_), slm_long(n_genes_), slm_long(dim_), slm_ints(labels_), slm_long(modules_), slm_memory(activity_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_module_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_module_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_option_check(SEXP of_, SEXP options_)
{
    scilama_error error = { 0 };
    slm_check(scilama_option_check(slm_int(of_), slm_memory(options_), &error), &error, of_);
    return R_NilValue;
}

SEXP R_scilama_option_choice(SEXP of_, SEXP index_, SEXP choice_, SEXP value_)
{
    return slm_string(scilama_option_choice(slm_int(of_), slm_long(index_), slm_long(choice_), slm_ints(value_)));
}

SEXP R_scilama_option_count(SEXP of_)
{
    return ScalarReal((double)scilama_option_count(slm_int(of_)));
}

SEXP R_scilama_option_find(SEXP of_, SEXP name_)
{
    return ScalarReal((double)scilama_option_find(slm_int(of_), slm_text(name_)));
}

SEXP R_scilama_option_get_info(SEXP of_, SEXP index_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_option_get_info(slm_int(of_), slm_long(index_), slm_memory(info_), &error), &error, of_);
    return R_NilValue;
}

SEXP R_scilama_option_info_init(SEXP info_, SEXP struct_size_)
{
    slm_check(scilama_option_info_init(slm_memory(info_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_p_adjust(SEXP context_, SEXP p_, SEXP n_, SEXP adjusted_)
{
    scilama_error error = { 0 };
    slm_check(scilama_p_adjust(slm_memory(context_), slm_reals(p_), slm_long(n_), slm_reals(adjusted_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_paired_markers(SEXP context_, SEXP cells_, SEXP n_, SEXP genes_, SEXP n_genes_, SEXP dim_, SEXP groups_, SEXP n_groups_, SEXP batches_, SEXP options_, SEXP table_)
{
    scilama_error error = { 0 };
    slm_check(scilama_paired_markers(slm_memory(context_), slm_memory(cells_), slm_long(n_), slm_memory(genes_), slm_long(n_genes_), slm_long(dim_), slm_ints(groups_), slm_long(n_groups_), slm_ints(batches_), slm_memory(options_), slm_memory(table_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_pca(SEXP context_, SEXP x_, SEXP n_, SEXP genes_, SEXP ld_, SEXP options_, SEXP scores_, SEXP components_, SEXP variances_, SEXP total_)
{
    scilama_error error = { 0 };
    slm_check(scilama_pca(slm_memory(context_), slm_memory(x_), slm_long(n_), slm_long(genes_), slm_long(ld_), slm_memory(options_), slm_memory(scores_), slm_memory(components_), slm_reals(variances_), slm_reals(total_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_pca_components(SEXP options_, SEXP n_, SEXP genes_)
{
    return ScalarReal((double)scilama_pca_components(slm_memory(options_), slm_long(n_), slm_long(genes_)));
}

SEXP R_scilama_pca_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_pca_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_preprocess_options_init(SEXP options_, SEXP struct_size_, SEXP preset_)
{
    slm_check(scilama_preprocess_options_init(slm_memory(options_), slm_size(struct_size_), slm_int(preset_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_preprocess_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_preprocess_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_query_report_init(SEXP report_, SEXP struct_size_)
{
    slm_check(scilama_query_report_init(slm_memory(report_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_reference_add_labels(SEXP reference_, SEXP name_, SEXP codes_, SEXP categories_, SEXP n_categories_)
{
    scilama_error error = { 0 };
    slm_check(scilama_reference_add_labels(slm_memory(reference_), slm_text(name_), slm_ints(codes_), slm_texts(categories_), slm_long(n_categories_), &error), &error, reference_);
    return R_NilValue;
}

SEXP R_scilama_reference_category(SEXP reference_, SEXP index_, SEXP category_)
{
    return slm_string(scilama_reference_category(slm_memory(reference_), slm_long(index_), slm_long(category_)));
}

SEXP R_scilama_reference_create(SEXP context_, SEXP points_, SEXP cells_, SEXP dim_, SEXP ld_)
{
    scilama_error error = { 0 };
    scilama_reference *made = NULL;
    slm_check(scilama_reference_create(&made, slm_memory(context_), slm_memory(points_), slm_long(cells_), slm_long(dim_), slm_long(ld_), &error), &error, context_);
    return slm_handle(made, R_scilama_reference_gone, context_);
}

SEXP R_scilama_reference_destroy(SEXP reference_)
{
    scilama_reference_destroy(slm_memory(reference_));
    R_ClearExternalPtr(reference_);
    return R_NilValue;
}

SEXP R_scilama_reference_get_info(SEXP reference_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_reference_get_info(slm_memory(reference_), slm_memory(info_), &error), &error, reference_);
    return R_NilValue;
}

SEXP R_scilama_reference_info_init(SEXP info_, SEXP struct_size_)
{
    slm_check(scilama_reference_info_init(slm_memory(info_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_reference_label(SEXP reference_, SEXP index_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_reference_label(slm_memory(reference_), slm_long(index_), slm_memory(info_), &error), &error, reference_);
    return R_NilValue;
}

SEXP R_scilama_reference_neighbors(SEXP reference_, SEXP points_, SEXP n_, SEXP ld_, SEXP k_, SEXP indices_, SEXP distances_)
{
    scilama_error error = { 0 };
    slm_check(scilama_reference_neighbors(slm_memory(reference_), slm_memory(points_), slm_long(n_), slm_long(ld_), slm_long(k_), slm_ints(indices_), slm_memory(distances_), &error), &error, reference_);
    return R_NilValue;
}

SEXP R_scilama_reference_place(SEXP reference_, SEXP indices_, SEXP distances_, SEXP n_, SEXP k_, SEXP layout_)
{
    scilama_error error = { 0 };
    slm_check(scilama_reference_place(slm_memory(reference_), slm_ints(indices_), slm_memory(distances_), slm_long(n_), slm_long(k_), slm_memory(layout_), &error), &error, reference_);
    return R_NilValue;
}

SEXP R_scilama_reference_set_layout(SEXP reference_, SEXP layout_, SEXP dims_)
{
    scilama_error error = { 0 };
    slm_check(scilama_reference_set_layout(slm_memory(reference_), slm_memory(layout_), slm_long(dims_), &error), &error, reference_);
    return R_NilValue;
}

SEXP R_scilama_reference_transfer(SEXP reference_, SEXP index_, SEXP indices_, SEXP distances_, SEXP n_, SEXP k_, SEXP code_, SEXP probability_, SEXP second_, SEXP second_probability_)
{
    scilama_error error = { 0 };
    slm_check(scilama_reference_transfer(slm_memory(reference_), slm_long(index_), slm_ints(indices_), slm_memory(distances_), slm_long(n_), slm_long(k_), slm_ints(code_), slm_memory(probability_), slm_ints(second_), slm_memory(second_probability_), &error), &error, reference_);
    return R_NilValue;
}

SEXP R_scilama_row_source_init(SEXP source_, SEXP struct_size_)
{
    slm_check(scilama_row_source_init(slm_memory(source_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_score_embedding(SEXP context_, SEXP embedding_, SEXP n_, SEXP dim_, SEXP ld_, SEXP labels_, SEXP batches_, SEXP options_, SEXP scores_)
{
    scilama_error error = { 0 };
    slm_check(scilama_score_embedding(slm_memory(context_), slm_memory(embedding_), slm_long(n_), slm_long(dim_), slm_long(ld_), slm_ints(labels_), slm_ints(batches_), slm_memory(options_), slm_memory(scores_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_score_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_score_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_scores_init(SEXP scores_, SEXP struct_size_)
{
    slm_check(scilama_scores_init(slm_memory(scores_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_silhouette(SEXP context_, SEXP points_, SEXP n_, SEXP dim_, SEXP ld_, SEXP metric_, SEXP labels_, SEXP samples_, SEXP mean_)
{
    scilama_error error = { 0 };
    slm_check(scilama_silhouette(slm_memory(context_), slm_memory(points_), slm_long(n_), slm_long(dim_), slm_long(ld_), slm_int(metric_), slm_ints(labels_), slm_reals(samples_), slm_reals(mean_), &error), &error, context_);
    return R_NilValue;
}

SEXP R_scilama_status_name(SEXP status_)
{
    return slm_string(scilama_status_name(slm_int(status_)));
}

SEXP R_scilama_status_text(SEXP status_)
{
    return slm_string(scilama_status_text(slm_int(status_)));
}

SEXP R_scilama_step_info_init(SEXP info_, SEXP struct_size_)
{
    slm_check(scilama_step_info_init(slm_memory(info_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_table_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_table_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_tensor_init(SEXP tensor_, SEXP struct_size_)
{
    slm_check(scilama_tensor_init(slm_memory(tensor_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_text_destroy(SEXP context_, SEXP text_)
{
    scilama_text_destroy(slm_memory(context_), slm_memory(text_));
    R_ClearExternalPtr(context_);
    return R_NilValue;
}

SEXP R_scilama_trainer_apply(SEXP trainer_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_apply(slm_memory(trainer_), slm_memory(info_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_create(SEXP model_, SEXP dataset_, SEXP options_)
{
    scilama_error error = { 0 };
    scilama_trainer *made = NULL;
    slm_check(scilama_trainer_create(&made, slm_memory(model_), slm_memory(dataset_), slm_memory(options_), &error), &error, model_);
    return slm_handle(made, R_scilama_trainer_gone, model_);
}

SEXP R_scilama_trainer_destroy(SEXP trainer_)
{
    scilama_trainer_destroy(slm_memory(trainer_));
    R_ClearExternalPtr(trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_end_phase(SEXP trainer_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_end_phase(slm_memory(trainer_), slm_memory(info_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_evaluate(SEXP trainer_, SEXP split_, SEXP evaluation_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_evaluate(slm_memory(trainer_), slm_int(split_), slm_memory(evaluation_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_forward_backward(SEXP trainer_, SEXP cells_, SEXP n_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_forward_backward(slm_memory(trainer_), slm_memory(cells_), slm_long(n_), slm_memory(info_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_forward_backward_part(SEXP trainer_, SEXP part_, SEXP cells_, SEXP n_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_forward_backward_part(slm_memory(trainer_), slm_long(part_), slm_memory(cells_), slm_long(n_), slm_memory(info_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_get_rates(SEXP trainer_, SEXP lr_, SEXP beta_, SEXP gamma_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_get_rates(slm_memory(trainer_), slm_reals(lr_), slm_reals(beta_), slm_reals(gamma_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_gradient(SEXP trainer_, SEXP name_, SEXP gradient_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_gradient(slm_memory(trainer_), slm_text(name_), slm_memory(gradient_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_gradients(SEXP trainer_, SEXP gradients_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_gradients(slm_memory(trainer_), slm_memory(gradients_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_gradients_to_dlpack(SEXP trainer_)
{
    scilama_error error = { 0 };
    struct DLManagedTensorVersioned *made = NULL;
    slm_check(scilama_trainer_gradients_to_dlpack(&made, slm_memory(trainer_), &error), &error, trainer_);
    return slm_handle(made, slm_drop_tensor, trainer_);
}

SEXP R_scilama_trainer_kl_per_unit(SEXP trainer_, SEXP kl_s_, SEXP kl_f_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_kl_per_unit(slm_memory(trainer_), slm_reals(kl_s_), slm_reals(kl_f_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_memory(SEXP model_, SEXP dataset_, SEXP options_, SEXP bytes_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_memory(slm_memory(model_), slm_memory(dataset_), slm_memory(options_), slm_memory(bytes_), &error), &error, model_);
    return R_NilValue;
}

SEXP R_scilama_trainer_options_init(SEXP options_, SEXP struct_size_, SEXP preset_)
{
    slm_check(scilama_trainer_options_init(slm_memory(options_), slm_size(struct_size_), slm_int(preset_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_trainer_run(SEXP trainer_, SEXP progress_, SEXP user_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_run(slm_memory(trainer_), (scilama_progress_fn)slm_function(progress_), slm_memory(user_), slm_memory(info_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_run_epoch(SEXP trainer_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_run_epoch(slm_memory(trainer_), slm_memory(info_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_set_rates(SEXP trainer_, SEXP lr_, SEXP beta_, SEXP gamma_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_set_rates(slm_memory(trainer_), slm_real(lr_), slm_real(beta_), slm_real(gamma_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_state_get(SEXP trainer_, SEXP buffer_, SEXP size_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_state_get(slm_memory(trainer_), slm_memory(buffer_), slm_long(size_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_state_set(SEXP trainer_, SEXP buffer_, SEXP size_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_state_set(slm_memory(trainer_), slm_memory(buffer_), slm_long(size_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_trainer_state_size(SEXP trainer_)
{
    return ScalarReal((double)scilama_trainer_state_size(slm_memory(trainer_)));
}

SEXP R_scilama_trainer_step(SEXP trainer_, SEXP info_)
{
    scilama_error error = { 0 };
    slm_check(scilama_trainer_step(slm_memory(trainer_), slm_memory(info_), &error), &error, trainer_);
    return R_NilValue;
}

SEXP R_scilama_umap_options_init(SEXP options_, SEXP struct_size_)
{
    slm_check(scilama_umap_options_init(slm_memory(options_), slm_size(struct_size_)), NULL, R_NilValue);
    return R_NilValue;
}

SEXP R_scilama_version(void)
{
    return ScalarInteger(scilama_version());
}

SEXP R_scilama_version_string(void)
{
    return slm_string(scilama_version_string());
}

SEXP R_scilama_wilcoxon(SEXP dataset_, SEXP groups_, SEXP n_groups_, SEXP options_, SEXP table_)
{
    scilama_error error = { 0 };
    slm_check(scilama_wilcoxon(slm_memory(dataset_), slm_ints(groups_), slm_long(n_groups_), slm_memory(options_), slm_memory(table_), &error), &error, dataset_);
    return R_NilValue;
}

const R_CallMethodDef slm_calls[] = {
    { "scilama_adapt_options_init", (DL_FUNC)R_scilama_adapt_options_init, 2 },
    { "scilama_adapt_report_init", (DL_FUNC)R_scilama_adapt_report_init, 2 },
    { "scilama_agreement_init", (DL_FUNC)R_scilama_agreement_init, 2 },
    { "scilama_arrow_options_init", (DL_FUNC)R_scilama_arrow_options_init, 2 },
    { "scilama_arrow_to_stream", (DL_FUNC)R_scilama_arrow_to_stream, 4 },
    { "scilama_bytes_destroy", (DL_FUNC)R_scilama_bytes_destroy, 2 },
    { "scilama_cluster", (DL_FUNC)R_scilama_cluster, 8 },
    { "scilama_cluster_options_init", (DL_FUNC)R_scilama_cluster_options_init, 2 },
    { "scilama_coherence_options_init", (DL_FUNC)R_scilama_coherence_options_init, 2 },
    { "scilama_column_info_init", (DL_FUNC)R_scilama_column_info_init, 2 },
    { "scilama_concat_options_init", (DL_FUNC)R_scilama_concat_options_init, 2 },
    { "scilama_context_cancel", (DL_FUNC)R_scilama_context_cancel, 1 },
    { "scilama_context_create", (DL_FUNC)R_scilama_context_create, 1 },
    { "scilama_context_describe", (DL_FUNC)R_scilama_context_describe, 4 },
    { "scilama_context_destroy", (DL_FUNC)R_scilama_context_destroy, 1 },
    { "scilama_context_memory", (DL_FUNC)R_scilama_context_memory, 3 },
    { "scilama_context_options_init", (DL_FUNC)R_scilama_context_options_init, 2 },
    { "scilama_context_resume", (DL_FUNC)R_scilama_context_resume, 1 },
    { "scilama_context_set_progress", (DL_FUNC)R_scilama_context_set_progress, 3 },
    { "scilama_context_threads", (DL_FUNC)R_scilama_context_threads, 1 },
    { "scilama_covariate_info_init", (DL_FUNC)R_scilama_covariate_info_init, 2 },
    { "scilama_covariate_report_init", (DL_FUNC)R_scilama_covariate_report_init, 2 },
    { "scilama_dataset_add_gene_table", (DL_FUNC)R_scilama_dataset_add_gene_table, 5 },
    { "scilama_dataset_category", (DL_FUNC)R_scilama_dataset_category, 3 },
    { "scilama_dataset_cell_name", (DL_FUNC)R_scilama_dataset_cell_name, 2 },
    { "scilama_dataset_cells", (DL_FUNC)R_scilama_dataset_cells, 1 },
    { "scilama_dataset_column_info", (DL_FUNC)R_scilama_dataset_column_info, 3 },
    { "scilama_dataset_column_name", (DL_FUNC)R_scilama_dataset_column_name, 2 },
    { "scilama_dataset_columns", (DL_FUNC)R_scilama_dataset_columns, 1 },
    { "scilama_dataset_concat", (DL_FUNC)R_scilama_dataset_concat, 3 },
    { "scilama_dataset_create", (DL_FUNC)R_scilama_dataset_create, 4 },
    { "scilama_dataset_create_from_rows", (DL_FUNC)R_scilama_dataset_create_from_rows, 4 },
    { "scilama_dataset_destroy", (DL_FUNC)R_scilama_dataset_destroy, 1 },
    { "scilama_dataset_gene_name", (DL_FUNC)R_scilama_dataset_gene_name, 2 },
    { "scilama_dataset_genes", (DL_FUNC)R_scilama_dataset_genes, 1 },
    { "scilama_dataset_genes_used", (DL_FUNC)R_scilama_dataset_genes_used, 1 },
    { "scilama_dataset_get_codes", (DL_FUNC)R_scilama_dataset_get_codes, 3 },
    { "scilama_dataset_get_numeric", (DL_FUNC)R_scilama_dataset_get_numeric, 3 },
    { "scilama_dataset_get_prepared", (DL_FUNC)R_scilama_dataset_get_prepared, 5 },
    { "scilama_dataset_get_split", (DL_FUNC)R_scilama_dataset_get_split, 2 },
    { "scilama_dataset_obs_to_arrow", (DL_FUNC)R_scilama_dataset_obs_to_arrow, 3 },
    { "scilama_dataset_preprocess", (DL_FUNC)R_scilama_dataset_preprocess, 3 },
    { "scilama_dataset_read", (DL_FUNC)R_scilama_dataset_read, 3 },
    { "scilama_dataset_read_10x_h5", (DL_FUNC)R_scilama_dataset_read_10x_h5, 3 },
    { "scilama_dataset_read_h5ad", (DL_FUNC)R_scilama_dataset_read_h5ad, 3 },
    { "scilama_dataset_read_mtx", (DL_FUNC)R_scilama_dataset_read_mtx, 3 },
    { "scilama_dataset_release_input", (DL_FUNC)R_scilama_dataset_release_input, 1 },
    { "scilama_dataset_set_codes", (DL_FUNC)R_scilama_dataset_set_codes, 5 },
    { "scilama_dataset_set_numeric", (DL_FUNC)R_scilama_dataset_set_numeric, 3 },
    { "scilama_dataset_set_split", (DL_FUNC)R_scilama_dataset_set_split, 2 },
    { "scilama_dataset_set_strings", (DL_FUNC)R_scilama_dataset_set_strings, 3 },
    { "scilama_dataset_split_by", (DL_FUNC)R_scilama_dataset_split_by, 2 },
    { "scilama_dataset_split_random", (DL_FUNC)R_scilama_dataset_split_random, 5 },
    { "scilama_dataset_use_covariate", (DL_FUNC)R_scilama_dataset_use_covariate, 3 },
    { "scilama_dataset_used_gene_name", (DL_FUNC)R_scilama_dataset_used_gene_name, 2 },
    { "scilama_decode_options_init", (DL_FUNC)R_scilama_decode_options_init, 2 },
    { "scilama_dlpack_to_legacy", (DL_FUNC)R_scilama_dlpack_to_legacy, 2 },
    { "scilama_dlpack_wrap", (DL_FUNC)R_scilama_dlpack_wrap, 5 },
    { "scilama_enrichment", (DL_FUNC)R_scilama_enrichment, 10 },
    { "scilama_enrichment_options_init", (DL_FUNC)R_scilama_enrichment_options_init, 2 },
    { "scilama_evaluation_init", (DL_FUNC)R_scilama_evaluation_init, 2 },
    { "scilama_file_describe", (DL_FUNC)R_scilama_file_describe, 3 },
    { "scilama_file_options_init", (DL_FUNC)R_scilama_file_options_init, 2 },
    { "scilama_fit", (DL_FUNC)R_scilama_fit, 3 },
    { "scilama_fit_options_init", (DL_FUNC)R_scilama_fit_options_init, 2 },
    { "scilama_gene_aliases_count", (DL_FUNC)R_scilama_gene_aliases_count, 1 },
    { "scilama_gene_aliases_destroy", (DL_FUNC)R_scilama_gene_aliases_destroy, 1 },
    { "scilama_gene_aliases_from", (DL_FUNC)R_scilama_gene_aliases_from, 1 },
    { "scilama_gene_aliases_read", (DL_FUNC)R_scilama_gene_aliases_read, 2 },
    { "scilama_gene_aliases_to", (DL_FUNC)R_scilama_gene_aliases_to, 1 },
    { "scilama_gene_forecast_init", (DL_FUNC)R_scilama_gene_forecast_init, 2 },
    { "scilama_gene_holdout", (DL_FUNC)R_scilama_gene_holdout, 12 },
    { "scilama_gene_loadings", (DL_FUNC)R_scilama_gene_loadings, 11 },
    { "scilama_gene_modules", (DL_FUNC)R_scilama_gene_modules, 11 },
    { "scilama_gene_sets_count", (DL_FUNC)R_scilama_gene_sets_count, 1 },
    { "scilama_gene_sets_description", (DL_FUNC)R_scilama_gene_sets_description, 2 },
    { "scilama_gene_sets_destroy", (DL_FUNC)R_scilama_gene_sets_destroy, 1 },
    { "scilama_gene_sets_gene", (DL_FUNC)R_scilama_gene_sets_gene, 3 },
    { "scilama_gene_sets_name", (DL_FUNC)R_scilama_gene_sets_name, 2 },
    { "scilama_gene_sets_read", (DL_FUNC)R_scilama_gene_sets_read, 2 },
    { "scilama_gene_sets_size", (DL_FUNC)R_scilama_gene_sets_size, 2 },
    { "scilama_gene_space", (DL_FUNC)R_scilama_gene_space, 11 },
    { "scilama_gene_table_create", (DL_FUNC)R_scilama_gene_table_create, 6 },
    { "scilama_gene_table_destroy", (DL_FUNC)R_scilama_gene_table_destroy, 1 },
    { "scilama_gene_table_from_arrow", (DL_FUNC)R_scilama_gene_table_from_arrow, 4 },
    { "scilama_gene_table_from_arrow_stream", (DL_FUNC)R_scilama_gene_table_from_arrow_stream, 3 },
    { "scilama_gene_table_name", (DL_FUNC)R_scilama_gene_table_name, 2 },
    { "scilama_gene_table_random", (DL_FUNC)R_scilama_gene_table_random, 3 },
    { "scilama_gene_table_read", (DL_FUNC)R_scilama_gene_table_read, 3 },
    { "scilama_gene_table_rows", (DL_FUNC)R_scilama_gene_table_rows, 1 },
    { "scilama_gene_table_shuffled", (DL_FUNC)R_scilama_gene_table_shuffled, 3 },
    { "scilama_gene_table_to_arrow", (DL_FUNC)R_scilama_gene_table_to_arrow, 3 },
    { "scilama_gene_table_to_dlpack", (DL_FUNC)R_scilama_gene_table_to_dlpack, 1 },
    { "scilama_gene_table_values", (DL_FUNC)R_scilama_gene_table_values, 1 },
    { "scilama_gene_table_width", (DL_FUNC)R_scilama_gene_table_width, 1 },
    { "scilama_gene_table_write", (DL_FUNC)R_scilama_gene_table_write, 2 },
    { "scilama_graph_destroy", (DL_FUNC)R_scilama_graph_destroy, 1 },
    { "scilama_graph_entries", (DL_FUNC)R_scilama_graph_entries, 1 },
    { "scilama_graph_from_csr", (DL_FUNC)R_scilama_graph_from_csr, 5 },
    { "scilama_graph_from_knn", (DL_FUNC)R_scilama_graph_from_knn, 6 },
    { "scilama_graph_from_knn_memory", (DL_FUNC)R_scilama_graph_from_knn_memory, 5 },
    { "scilama_graph_indices", (DL_FUNC)R_scilama_graph_indices, 1 },
    { "scilama_graph_indptr", (DL_FUNC)R_scilama_graph_indptr, 1 },
    { "scilama_graph_leiden", (DL_FUNC)R_scilama_graph_leiden, 4 },
    { "scilama_graph_leiden_memory", (DL_FUNC)R_scilama_graph_leiden_memory, 5 },
    { "scilama_graph_leiden_sweep", (DL_FUNC)R_scilama_graph_leiden_sweep, 6 },
    { "scilama_graph_leiden_target", (DL_FUNC)R_scilama_graph_leiden_target, 5 },
    { "scilama_graph_quality", (DL_FUNC)R_scilama_graph_quality, 5 },
    { "scilama_graph_umap", (DL_FUNC)R_scilama_graph_umap, 3 },
    { "scilama_graph_umap_memory", (DL_FUNC)R_scilama_graph_umap_memory, 5 },
    { "scilama_graph_vertices", (DL_FUNC)R_scilama_graph_vertices, 1 },
    { "scilama_graph_weights", (DL_FUNC)R_scilama_graph_weights, 1 },
    { "scilama_h5ad_read_array", (DL_FUNC)R_scilama_h5ad_read_array, 7 },
    { "scilama_h5ad_read_column", (DL_FUNC)R_scilama_h5ad_read_column, 7 },
    { "scilama_h5ad_read_string", (DL_FUNC)R_scilama_h5ad_read_string, 3 },
    { "scilama_h5ad_writer_cells", (DL_FUNC)R_scilama_h5ad_writer_cells, 1 },
    { "scilama_h5ad_writer_commit", (DL_FUNC)R_scilama_h5ad_writer_commit, 1 },
    { "scilama_h5ad_writer_copy_obs", (DL_FUNC)R_scilama_h5ad_writer_copy_obs, 3 },
    { "scilama_h5ad_writer_create", (DL_FUNC)R_scilama_h5ad_writer_create, 5 },
    { "scilama_h5ad_writer_create_from", (DL_FUNC)R_scilama_h5ad_writer_create_from, 3 },
    { "scilama_h5ad_writer_destroy", (DL_FUNC)R_scilama_h5ad_writer_destroy, 1 },
    { "scilama_h5ad_writer_genes", (DL_FUNC)R_scilama_h5ad_writer_genes, 1 },
    { "scilama_h5ad_writer_open", (DL_FUNC)R_scilama_h5ad_writer_open, 3 },
    { "scilama_h5ad_writer_open_part", (DL_FUNC)R_scilama_h5ad_writer_open_part, 4 },
    { "scilama_h5ad_writer_put_layer", (DL_FUNC)R_scilama_h5ad_writer_put_layer, 3 },
    { "scilama_h5ad_writer_put_obs_categorical", (DL_FUNC)R_scilama_h5ad_writer_put_obs_categorical, 5 },
    { "scilama_h5ad_writer_put_obs_numeric", (DL_FUNC)R_scilama_h5ad_writer_put_obs_numeric, 3 },
    { "scilama_h5ad_writer_put_obsm", (DL_FUNC)R_scilama_h5ad_writer_put_obsm, 5 },
    { "scilama_h5ad_writer_put_obsp", (DL_FUNC)R_scilama_h5ad_writer_put_obsp, 5 },
    { "scilama_h5ad_writer_put_uns_array", (DL_FUNC)R_scilama_h5ad_writer_put_uns_array, 5 },
    { "scilama_h5ad_writer_put_uns_integer", (DL_FUNC)R_scilama_h5ad_writer_put_uns_integer, 3 },
    { "scilama_h5ad_writer_put_uns_number", (DL_FUNC)R_scilama_h5ad_writer_put_uns_number, 3 },
    { "scilama_h5ad_writer_put_uns_records", (DL_FUNC)R_scilama_h5ad_writer_put_uns_records, 7 },
    { "scilama_h5ad_writer_put_uns_string", (DL_FUNC)R_scilama_h5ad_writer_put_uns_string, 3 },
    { "scilama_h5ad_writer_put_uns_strings", (DL_FUNC)R_scilama_h5ad_writer_put_uns_strings, 4 },
    { "scilama_h5ad_writer_put_uns_table", (DL_FUNC)R_scilama_h5ad_writer_put_uns_table, 4 },
    { "scilama_h5ad_writer_put_uns_table_numeric", (DL_FUNC)R_scilama_h5ad_writer_put_uns_table_numeric, 4 },
    { "scilama_h5ad_writer_put_uns_table_strings", (DL_FUNC)R_scilama_h5ad_writer_put_uns_table_strings, 4 },
    { "scilama_h5ad_writer_put_var_categorical", (DL_FUNC)R_scilama_h5ad_writer_put_var_categorical, 5 },
    { "scilama_h5ad_writer_put_var_numeric", (DL_FUNC)R_scilama_h5ad_writer_put_var_numeric, 3 },
    { "scilama_h5ad_writer_put_varm", (DL_FUNC)R_scilama_h5ad_writer_put_varm, 5 },
    { "scilama_h5ad_writer_put_varp", (DL_FUNC)R_scilama_h5ad_writer_put_varp, 5 },
    { "scilama_holdout_options_init", (DL_FUNC)R_scilama_holdout_options_init, 2 },
    { "scilama_holdout_report_init", (DL_FUNC)R_scilama_holdout_report_init, 2 },
    { "scilama_kmeans", (DL_FUNC)R_scilama_kmeans, 9 },
    { "scilama_kmeans_options_init", (DL_FUNC)R_scilama_kmeans_options_init, 2 },
    { "scilama_knn", (DL_FUNC)R_scilama_knn, 9 },
    { "scilama_knn_memory", (DL_FUNC)R_scilama_knn_memory, 5 },
    { "scilama_knn_options_init", (DL_FUNC)R_scilama_knn_options_init, 2 },
    { "scilama_knn_report_init", (DL_FUNC)R_scilama_knn_report_init, 2 },
    { "scilama_label_info_init", (DL_FUNC)R_scilama_label_info_init, 2 },
    { "scilama_labels_compare", (DL_FUNC)R_scilama_labels_compare, 5 },
    { "scilama_leiden_options_init", (DL_FUNC)R_scilama_leiden_options_init, 2 },
    { "scilama_leiden_report_init", (DL_FUNC)R_scilama_leiden_report_init, 2 },
    { "scilama_lisi", (DL_FUNC)R_scilama_lisi, 8 },
    { "scilama_loading_options_init", (DL_FUNC)R_scilama_loading_options_init, 2 },
    { "scilama_loading_report_init", (DL_FUNC)R_scilama_loading_report_init, 2 },
    { "scilama_map_options_init", (DL_FUNC)R_scilama_map_options_init, 2 },
    { "scilama_marker_options_init", (DL_FUNC)R_scilama_marker_options_init, 2 },
    { "scilama_marker_table_init", (DL_FUNC)R_scilama_marker_table_init, 2 },
    { "scilama_markers", (DL_FUNC)R_scilama_markers, 9 },
    { "scilama_match_options_init", (DL_FUNC)R_scilama_match_options_init, 2 },
    { "scilama_match_report_init", (DL_FUNC)R_scilama_match_report_init, 2 },
    { "scilama_matrix_init", (DL_FUNC)R_scilama_matrix_init, 2 },
    { "scilama_model_adapt", (DL_FUNC)R_scilama_model_adapt, 4 },
    { "scilama_model_category", (DL_FUNC)R_scilama_model_category, 3 },
    { "scilama_model_cells_to_arrow", (DL_FUNC)R_scilama_model_cells_to_arrow, 4 },
    { "scilama_model_check_covariate", (DL_FUNC)R_scilama_model_check_covariate, 4 },
    { "scilama_model_check_query", (DL_FUNC)R_scilama_model_check_query, 3 },
    { "scilama_model_copy_parameters", (DL_FUNC)R_scilama_model_copy_parameters, 5 },
    { "scilama_model_covariate", (DL_FUNC)R_scilama_model_covariate, 3 },
    { "scilama_model_covariates", (DL_FUNC)R_scilama_model_covariates, 1 },
    { "scilama_model_create", (DL_FUNC)R_scilama_model_create, 2 },
    { "scilama_model_decode", (DL_FUNC)R_scilama_model_decode, 5 },
    { "scilama_model_decode_new_genes", (DL_FUNC)R_scilama_model_decode_new_genes, 8 },
    { "scilama_model_describe_reference", (DL_FUNC)R_scilama_model_describe_reference, 2 },
    { "scilama_model_destroy", (DL_FUNC)R_scilama_model_destroy, 1 },
    { "scilama_model_encode_cells", (DL_FUNC)R_scilama_model_encode_cells, 5 },
    { "scilama_model_encode_genes", (DL_FUNC)R_scilama_model_encode_genes, 4 },
    { "scilama_model_encode_new_genes", (DL_FUNC)R_scilama_model_encode_new_genes, 6 },
    { "scilama_model_extend_covariate", (DL_FUNC)R_scilama_model_extend_covariate, 4 },
    { "scilama_model_find_parameter", (DL_FUNC)R_scilama_model_find_parameter, 3 },
    { "scilama_model_gene_name", (DL_FUNC)R_scilama_model_gene_name, 2 },
    { "scilama_model_gene_vectors", (DL_FUNC)R_scilama_model_gene_vectors, 5 },
    { "scilama_model_genes_to_arrow", (DL_FUNC)R_scilama_model_genes_to_arrow, 3 },
    { "scilama_model_get_info", (DL_FUNC)R_scilama_model_get_info, 2 },
    { "scilama_model_get_options", (DL_FUNC)R_scilama_model_get_options, 2 },
    { "scilama_model_get_reference", (DL_FUNC)R_scilama_model_get_reference, 1 },
    { "scilama_model_info_init", (DL_FUNC)R_scilama_model_info_init, 2 },
    { "scilama_model_learn_absent", (DL_FUNC)R_scilama_model_learn_absent, 2 },
    { "scilama_model_load", (DL_FUNC)R_scilama_model_load, 2 },
    { "scilama_model_load_memory", (DL_FUNC)R_scilama_model_load_memory, 3 },
    { "scilama_model_map", (DL_FUNC)R_scilama_model_map, 4 },
    { "scilama_model_match_genes", (DL_FUNC)R_scilama_model_match_genes, 4 },
    { "scilama_model_modality_name", (DL_FUNC)R_scilama_model_modality_name, 2 },
    { "scilama_model_modality_width", (DL_FUNC)R_scilama_model_modality_width, 2 },
    { "scilama_model_novelty", (DL_FUNC)R_scilama_model_novelty, 3 },
    { "scilama_model_options_init", (DL_FUNC)R_scilama_model_options_init, 3 },
    { "scilama_model_parameter", (DL_FUNC)R_scilama_model_parameter, 3 },
    { "scilama_model_parameter_to_dlpack", (DL_FUNC)R_scilama_model_parameter_to_dlpack, 2 },
    { "scilama_model_parameters", (DL_FUNC)R_scilama_model_parameters, 1 },
    { "scilama_model_predict_genes", (DL_FUNC)R_scilama_model_predict_genes, 10 },
    { "scilama_model_save", (DL_FUNC)R_scilama_model_save, 2 },
    { "scilama_model_save_memory", (DL_FUNC)R_scilama_model_save_memory, 1 },
    { "scilama_model_set_parameter", (DL_FUNC)R_scilama_model_set_parameter, 4 },
    { "scilama_model_set_reference", (DL_FUNC)R_scilama_model_set_reference, 2 },
    { "scilama_module_activity", (DL_FUNC)R_scilama_module_activity, 4 },
    { "scilama_module_coherence", (DL_FUNC)R_scilama_module_coherence, 7 },
    { "scilama_module_options_init", (DL_FUNC)R_scilama_module_options_init, 2 },
    { "scilama_module_projection", (DL_FUNC)R_scilama_module_projection, 9 },
    { "scilama_module_report_init", (DL_FUNC)R_scilama_module_report_init, 2 },
    { "scilama_option_check", (DL_FUNC)R_scilama_option_check, 2 },
    { "scilama_option_choice", (DL_FUNC)R_scilama_option_choice, 4 },
    { "scilama_option_count", (DL_FUNC)R_scilama_option_count, 1 },
    { "scilama_option_find", (DL_FUNC)R_scilama_option_find, 2 },
    { "scilama_option_get_info", (DL_FUNC)R_scilama_option_get_info, 3 },
    { "scilama_option_info_init", (DL_FUNC)R_scilama_option_info_init, 2 },
    { "scilama_p_adjust", (DL_FUNC)R_scilama_p_adjust, 4 },
    { "scilama_paired_markers", (DL_FUNC)R_scilama_paired_markers, 11 },
    { "scilama_pca", (DL_FUNC)R_scilama_pca, 10 },
    { "scilama_pca_components", (DL_FUNC)R_scilama_pca_components, 3 },
    { "scilama_pca_options_init", (DL_FUNC)R_scilama_pca_options_init, 2 },
    { "scilama_preprocess_options_init", (DL_FUNC)R_scilama_preprocess_options_init, 3 },
    { "scilama_preprocess_report_init", (DL_FUNC)R_scilama_preprocess_report_init, 2 },
    { "scilama_query_report_init", (DL_FUNC)R_scilama_query_report_init, 2 },
    { "scilama_reference_add_labels", (DL_FUNC)R_scilama_reference_add_labels, 5 },
    { "scilama_reference_category", (DL_FUNC)R_scilama_reference_category, 3 },
    { "scilama_reference_create", (DL_FUNC)R_scilama_reference_create, 5 },
    { "scilama_reference_destroy", (DL_FUNC)R_scilama_reference_destroy, 1 },
    { "scilama_reference_get_info", (DL_FUNC)R_scilama_reference_get_info, 2 },
    { "scilama_reference_info_init", (DL_FUNC)R_scilama_reference_info_init, 2 },
    { "scilama_reference_label", (DL_FUNC)R_scilama_reference_label, 3 },
    { "scilama_reference_neighbors", (DL_FUNC)R_scilama_reference_neighbors, 7 },
    { "scilama_reference_place", (DL_FUNC)R_scilama_reference_place, 6 },
    { "scilama_reference_set_layout", (DL_FUNC)R_scilama_reference_set_layout, 3 },
    { "scilama_reference_transfer", (DL_FUNC)R_scilama_reference_transfer, 10 },
    { "scilama_row_source_init", (DL_FUNC)R_scilama_row_source_init, 2 },
    { "scilama_score_embedding", (DL_FUNC)R_scilama_score_embedding, 9 },
    { "scilama_score_options_init", (DL_FUNC)R_scilama_score_options_init, 2 },
    { "scilama_scores_init", (DL_FUNC)R_scilama_scores_init, 2 },
    { "scilama_silhouette", (DL_FUNC)R_scilama_silhouette, 9 },
    { "scilama_status_name", (DL_FUNC)R_scilama_status_name, 1 },
    { "scilama_status_text", (DL_FUNC)R_scilama_status_text, 1 },
    { "scilama_step_info_init", (DL_FUNC)R_scilama_step_info_init, 2 },
    { "scilama_table_options_init", (DL_FUNC)R_scilama_table_options_init, 2 },
    { "scilama_tensor_init", (DL_FUNC)R_scilama_tensor_init, 2 },
    { "scilama_text_destroy", (DL_FUNC)R_scilama_text_destroy, 2 },
    { "scilama_trainer_apply", (DL_FUNC)R_scilama_trainer_apply, 2 },
    { "scilama_trainer_create", (DL_FUNC)R_scilama_trainer_create, 3 },
    { "scilama_trainer_destroy", (DL_FUNC)R_scilama_trainer_destroy, 1 },
    { "scilama_trainer_end_phase", (DL_FUNC)R_scilama_trainer_end_phase, 2 },
    { "scilama_trainer_evaluate", (DL_FUNC)R_scilama_trainer_evaluate, 3 },
    { "scilama_trainer_forward_backward", (DL_FUNC)R_scilama_trainer_forward_backward, 4 },
    { "scilama_trainer_forward_backward_part", (DL_FUNC)R_scilama_trainer_forward_backward_part, 5 },
    { "scilama_trainer_get_rates", (DL_FUNC)R_scilama_trainer_get_rates, 4 },
    { "scilama_trainer_gradient", (DL_FUNC)R_scilama_trainer_gradient, 3 },
    { "scilama_trainer_gradients", (DL_FUNC)R_scilama_trainer_gradients, 2 },
    { "scilama_trainer_gradients_to_dlpack", (DL_FUNC)R_scilama_trainer_gradients_to_dlpack, 1 },
    { "scilama_trainer_kl_per_unit", (DL_FUNC)R_scilama_trainer_kl_per_unit, 3 },
    { "scilama_trainer_memory", (DL_FUNC)R_scilama_trainer_memory, 4 },
    { "scilama_trainer_options_init", (DL_FUNC)R_scilama_trainer_options_init, 3 },
    { "scilama_trainer_run", (DL_FUNC)R_scilama_trainer_run, 4 },
    { "scilama_trainer_run_epoch", (DL_FUNC)R_scilama_trainer_run_epoch, 2 },
    { "scilama_trainer_set_rates", (DL_FUNC)R_scilama_trainer_set_rates, 4 },
    { "scilama_trainer_state_get", (DL_FUNC)R_scilama_trainer_state_get, 3 },
    { "scilama_trainer_state_set", (DL_FUNC)R_scilama_trainer_state_set, 3 },
    { "scilama_trainer_state_size", (DL_FUNC)R_scilama_trainer_state_size, 1 },
    { "scilama_trainer_step", (DL_FUNC)R_scilama_trainer_step, 2 },
    { "scilama_umap_options_init", (DL_FUNC)R_scilama_umap_options_init, 2 },
    { "scilama_version", (DL_FUNC)R_scilama_version, 0 },
    { "scilama_version_string", (DL_FUNC)R_scilama_version_string, 0 },
    { "scilama_wilcoxon", (DL_FUNC)R_scilama_wilcoxon, 5 },
    { "put", (DL_FUNC)R_put, 5 },
    { "get", (DL_FUNC)R_get, 4 },
    { "floats", (DL_FUNC)R_floats, 1 },
    { "matrix", (DL_FUNC)R_matrix, 3 },
    { "longs", (DL_FUNC)R_longs, 1 },
    { "train", (DL_FUNC)R_train, 1 },
    { "watch", (DL_FUNC)R_watch, 2 },
    { "texts", (DL_FUNC)R_texts, 1 },
    { "pointer", (DL_FUNC)R_pointer, 3 },
    { "keep", (DL_FUNC)R_keep, 2 },
    { "rows", (DL_FUNC)R_rows, 5 },
    { "lend", (DL_FUNC)R_lend, 5 },
    { "arrow", (DL_FUNC)R_arrow, 1 },
    { NULL, NULL, 0 }
};
