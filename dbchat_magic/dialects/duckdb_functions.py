"""What a query may call and read in DuckDB: lists made with `tools/list_functions.py duckdb`, kept by hand."""

from __future__ import annotations

from collections.abc import Mapping

FUNCTIONS: frozenset[str] = frozenset(
    """
    abs acos acosh add age aggregate ago alias any_value apply approx_count_distinct approx_quantile
    approx_top_k arbitrary arg_max arg_max_null arg_max_nulls_last arg_min arg_min_null arg_min_nulls_last
    argmax argmin array array_agg array_aggr array_aggregate array_append array_apply array_cat
    array_concat array_contains array_cosine_distance array_cosine_similarity array_cross_product
    array_distance array_distinct array_dot_product array_extract array_filter array_grade_up array_has
    array_has_all array_has_any array_indexof array_inner_product array_intersect array_length
    array_negative_dot_product array_negative_inner_product array_pop_back array_pop_front array_position
    array_prepend array_push_back array_push_front array_reduce array_resize array_reverse
    array_reverse_sort array_select array_slice array_sort array_to_json array_to_string
    array_to_string_comma_default array_transform array_unique array_value array_where array_zip ascii
    asin asinh assert_true atan atan2 atanh avg bar base64 bin binom bit_and bit_count bit_length bit_or
    bit_position bit_xor bitstring bitstring_agg bitstring_byte_comparable bool_and bool_or
    can_cast_implicitly cardinality case cast cbrt ceil ceiling century char_length character_length chr
    coalesce col_description collate columns concat concat_ws constant_or_null contains corr cos cosh cot
    count count_if count_star countif covar_pop covar_samp cume_dist current_catalog current_database
    current_date current_localtime current_localtimestamp current_query current_role current_schema
    current_schemas current_time current_timestamp current_user damerau_levenshtein date_add date_diff
    date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek
    dayofyear days_in_month decade decimal_average decimal_division decode degrees dense_rank divide
    editdist3 element_at encode ends_with entropy enum enum_code enum_first enum_last enum_range
    enum_range_boundary epoch epoch_ms epoch_ns epoch_us equi_width_bins era error even exists exp extract
    factorial favg fdiv fill filter first first_value flatten floor fmod format format_bytes
    format_pg_type format_type formatreadabledecimalsize formatreadablesize from_base64 from_binary
    from_hex from_json from_json_strict fsum gamma gcd gen_random_uuid generate_series generate_subscripts
    geomean geometric_mean get_bit get_current_time get_current_timestamp get_type getvariable grade_up
    greatest greatest_common_divisor group_concat grouping grouping_id hamming has_any_column_privilege
    has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege has_function_privilege
    has_language_privilege has_schema_privilege has_sequence_privilege has_server_privilege
    has_table_privilege has_tablespace_privilege hash hex histogram histogram_exact
    hive_partition_component hour icu_sort_key if iff ifnull ilike_escape instr is_histogram_other_bin
    isfinite isinf isnan isodow isoyear jaccard jaro_similarity jaro_winkler_similarity json json_array
    json_array_length json_contains json_deep_merge json_deserialize_sql json_exists json_extract
    json_extract_path json_extract_path_text json_extract_string json_group_array json_group_object
    json_group_structure json_insert json_keys json_merge_patch json_merge_patch_diff json_normalize
    json_object json_pretty json_quote json_remove json_replace json_serialize_sql json_set
    json_strip_nulls json_structure json_transform json_transform_strict json_type json_valid json_value
    julian kahan_sum kurtosis kurtosis_pop lag last last_day last_value lcase lcm lead least
    least_common_multiple left left_grapheme len length length_grapheme levenshtein lgamma like_escape
    list list_aggr list_aggregate list_any_value list_append list_apply list_approx_count_distinct
    list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat list_concat
    list_contains list_cosine_distance list_cosine_similarity list_count list_distance list_distinct
    list_dot_product list_element list_entropy list_extract list_filter list_first list_grade_up list_has
    list_has_all list_has_any list_histogram list_indexof list_inner_product list_intersect list_kurtosis
    list_kurtosis_pop list_last list_mad list_max list_median list_min list_mode list_negative_dot_product
    list_negative_inner_product list_pack list_position list_prepend list_product list_reduce list_resize
    list_reverse list_reverse_sort list_select list_sem list_skewness list_slice list_sort list_stddev_pop
    list_stddev_samp list_string_agg list_sum list_transform list_unique list_value list_var_pop
    list_var_samp list_where list_zip listagg ln localtime localtimestamp log log10 log2 lower lpad ltrim
    lttb mad make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz map
    map_concat map_contains map_contains_entry map_contains_value map_entries map_extract
    map_extract_value map_from_entries map_keys map_values max max_by md5 md5_number md5_number_lower
    md5_number_upper mean median microsecond millennium millisecond min min_by minute mismatches mod mode
    month monthname multiply nanosecond nextafter nfc_normalize normalized_interval not_ilike_escape
    not_like_escape now nth_value ntile nullif obj_description octet_length ord overlay parse_dirname
    parse_dirpath parse_filename parse_formatted_bytes parse_path path_join percent_rank percentile_cont
    percentile_disc pg_collation_is_visible pg_conversion_is_visible pg_function_is_visible
    pg_get_constraintdef pg_get_expr pg_get_viewdef pg_has_role pg_is_other_temp_schema pg_my_temp_schema
    pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible pg_postmaster_start_time
    pg_size_pretty pg_table_is_visible pg_ts_config_is_visible pg_ts_dict_is_visible
    pg_ts_parser_is_visible pg_ts_template_is_visible pg_type_is_visible pg_typeof pi position pow power
    prefix printf product quantile quantile_cont quantile_disc quarter radians random range rank
    rank_dense reduce regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches
    regexp_replace regexp_split_to_array regexp_split_to_table regr_avgx regr_avgy regr_count
    regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat replace reservoir_quantile reverse
    right right_grapheme round round_even roundbankers row row_number row_to_json rpad rtrim second sem
    session_user set_bit sha1 sha256 shobj_description sign signbit sin sinh skewness split split_part
    sqrt st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_crs st_geomfromgeojson st_geomfromwkb
    st_intersects_extent st_setcrs starts_with stddev stddev_pop stddev_samp str_split str_split_regex
    strftime string_agg string_split string_split_regex string_to_array strip_accents strlen strpos
    strptime struct struct_concat struct_contains struct_extract struct_extract_at struct_has
    struct_indexof struct_insert struct_keys struct_pack struct_position struct_update struct_values
    substr substring substring_grapheme subtract suffix sum sum_no_overflow sumkahan switch tan tanh
    time_bucket timetz_byte_comparable timezone timezone_hour timezone_minute to_base to_base64 to_binary
    to_centuries to_days to_decades to_hex to_hours to_json to_microseconds to_millennia to_milliseconds
    to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years today transaction_timestamp
    translate trim trunc try try_cast try_strptime txid_current typeof ucase unbin unhex unicode
    union_extract union_tag union_value unnest unpack upper url_decode url_encode user uuid
    uuid_extract_timestamp uuid_extract_version uuidv4 uuidv7 var_pop var_samp variance
    variant_array_length variant_contains variant_exists variant_extract variant_extract_string
    variant_group_array variant_group_object variant_keys variant_type variant_typeof version
    vertex_extract wavg week weekday weekofyear weighted_avg xor year yearweek
    """.split()
)
"""Harmless functions of DuckDB 1.4 to 2.0: those without side effects that are not volatile, random values, and
what its grammar spells like a function. Collations are left out."""

NO_FILES = "it reads files"
NO_FILE_LIST = "it lists files"
NO_WRITING = "it writes"
NO_HOSTS = "it reaches other computers and databases"
NO_HIDDEN_SQL = "it runs SQL that was not checked"
NO_SETTINGS = "it shows settings, which may hold keys"
NO_SESSION = "it changes the session"
NO_INSIDE = "it shows the inside of the database program"
NO_SLEEP = "it only waits"
NO_SEQUENCE = "it moves a sequence"
NO_MEMORY = "it reads the memory of this program"
NO_PLACE = "it tells about this computer"
NO_SHOW = "SHOW may only stand alone"

FORBIDDEN_FUNCTIONS: Mapping[str, str] = (
    dict.fromkeys(
        """
        delta_scan iceberg_metadata iceberg_scan iceberg_snapshots load_aws_credentials
        parquet_bloom_probe parquet_file_metadata parquet_full_metadata parquet_kv_metadata
        parquet_metadata parquet_scan parquet_schema read_arrow read_avro read_blob read_csv
        read_csv_auto read_duckdb read_gsheet read_json read_json_auto read_json_objects
        read_json_objects_auto read_lance read_ndjson read_ndjson_auto read_ndjson_objects
        read_parquet read_pst read_single_csv_file read_single_json_file read_single_parquet_file
        read_stat read_text read_vortex read_xlsx scan_arrow_ipc sniff_csv sqlite_attach sqlite_query
        sqlite_scan st_drivers st_read st_read_meta st_readosm
        """.split(),
        NO_FILES,
    )
    | dict.fromkeys(
        """
        glob
        """.split(),
        NO_FILE_LIST,
    )
    | dict.fromkeys(
        """
        bigquery_query bigquery_scan ducklake_snapshots http_delete http_get http_head http_post
        http_put mysql_attach mysql_clear_cache mysql_execute mysql_query mysql_scan odbc_query
        odbc_scan pg_clear_cache postgres_attach postgres_execute postgres_query postgres_scan
        postgres_scan_pushdown shellfs
        """.split(),
        NO_HOSTS,
    )
    | dict.fromkeys(
        """
        histogram_values json_execute_serialized_sql json_serialize_plan query query_table
        sql_auto_complete
        """.split(),
        NO_HIDDEN_SQL,
    )
    | dict.fromkeys(
        """
        current_setting duckdb_profiling_settings duckdb_secret_types duckdb_secrets duckdb_settings
        duckdb_variables getenv pg_conf_load_time which_secret
        """.split(),
        NO_SETTINGS,
    )
    | dict.fromkeys(
        """
        checkpoint copy_database create_external_resource create_fts_index
        deregister_external_resource destroy_external_resource disable_logging disable_profiling
        drop_fts_index enable_logging enable_profiling force_checkpoint hnsw_compact_index
        import_database pragma_hnsw_compact_index register_external_resource
        register_external_resource_type truncate_duckdb_logs write_log
        """.split(),
        NO_WRITING,
    )
    | dict.fromkeys(
        """
        set_config setseed
        """.split(),
        NO_SESSION,
    )
    | dict.fromkeys(
        """
        currval nextval setval
        """.split(),
        NO_SEQUENCE,
    )
    | dict.fromkeys(
        """
        pg_sleep sleep sleep_ms
        """.split(),
        NO_SLEEP,
    )
    | dict.fromkeys(
        """
        arrow_scan arrow_scan_dumb numpy_scan pandas_scan polars_scan python_arrow_scan
        python_map_function seq_scan
        """.split(),
        NO_MEMORY,
    )
    | dict.fromkeys(
        """
        duckdb_connection_count duckdb_databases duckdb_eviction_queues duckdb_extension_repositories
        duckdb_extensions duckdb_external_file_cache duckdb_external_resource_types
        duckdb_external_resources duckdb_log_contexts duckdb_logs duckdb_logs_parsed duckdb_memory
        duckdb_prepared_statements duckdb_temporary_files inet_client_addr inet_client_port
        inet_server_addr inet_server_port pragma_database_list pragma_database_size pragma_platform
        pragma_user_agent
        """.split(),
        NO_PLACE,
    )
    | dict.fromkeys(
        """
        create_sort_key current_connection_id current_query_id current_transaction_id
        duckdb_table_sample get_block_size index_key parse_duckdb_log_message pragma_metadata_info
        pragma_storage_info stats summary test_all_types test_vector_types vector_type
        """.split(),
        NO_INSIDE,
    )
)

TABLE_FUNCTIONS: frozenset[str] = frozenset(
    """
    duckdb_columns duckdb_constraints duckdb_dependencies duckdb_functions duckdb_indexes duckdb_keywords
    duckdb_schemas duckdb_sequences duckdb_tables duckdb_types duckdb_views generate_series
    icu_calendar_names json_each json_tree pg_timezone_names pragma_collations pragma_table_info
    pragma_version range repeat repeat_row unnest
    """.split()
)
"""Functions that stand for a table."""

CATALOGUE = frozenset(
    """
    pg_am pg_attrdef pg_attribute pg_class pg_collation pg_constraint pg_database pg_depend pg_description
    pg_enum pg_index pg_indexes pg_namespace pg_proc pg_sequence pg_sequences pg_tables pg_type pg_views
    """.split()
)
"""Views of `pg_catalog`, which need no qualifier."""

INFORMATION = frozenset(
    """
    character_sets check_constraints columns constraint_column_usage constraint_table_usage
    key_column_usage referential_constraints schemata table_constraints tables views
    """.split()
)
"""Views of `information_schema`."""

OWN = frozenset(
    """
    duckdb_columns duckdb_constraints duckdb_indexes duckdb_schemas duckdb_tables duckdb_types
    duckdb_views sqlite_master sqlite_schema sqlite_temp_master sqlite_temp_schema
    """.split()
)
"""DuckDB's own views, in `main`."""

SYSTEM_TABLES: frozenset[str] = (
    CATALOGUE
    | OWN
    | {f"main.{name}" for name in OWN}
    | {f"pg_catalog.{name}" for name in CATALOGUE}
    | {f"information_schema.{name}" for name in INFORMATION}
)

FORBIDDEN_TABLES: Mapping[str, str] = (
    dict.fromkeys(
        """
        duckdb_secrets duckdb_settings duckdb_variables pg_settings
        """.split(),
        NO_SETTINGS,
    )
    | dict.fromkeys(
        """
        show
        """.split(),
        NO_SHOW,
    )
    | dict.fromkeys(
        """
        duckdb_databases duckdb_extensions duckdb_logs duckdb_temporary_files pg_prepared_statements
        pg_tablespace pragma_database_list
        """.split(),
        NO_PLACE,
    )
)

RESERVED = frozenset(
    """
    all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by
    case cast check collate collation column columns concurrently constraint create cross default
    deferrable desc describe distinct do else end except false fetch for foreign freeze from full
    generated glob group having ilike in initially inner intersect into is isnull join lambda
    lateral leading left like limit map natural not notnull null offset on only or order outer
    overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning
    right select semi show similar some struct summarize symmetric table tablesample then to
    trailing true try_cast tuple union unique unpack unpivot using variadic verbose when where
    window with
    """.split()
)
"""Words that are no names unless they are quoted."""
