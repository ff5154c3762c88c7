"""What a query may call and read in PostgreSQL: lists made with `tools/list_functions.py postgresql`, kept by hand."""

from __future__ import annotations

from collections.abc import Mapping

OF_THE_ENGINE = frozenset(
    """
    abbrev abs aclcontains acldefault aclexplode acos acosd acosh age any_value area array array_agg
    array_append array_dims array_fill array_length array_lower array_ndims array_position array_positions
    array_prepend array_remove array_replace array_reverse array_sample array_shuffle array_sort
    array_to_json array_to_string array_to_tsvector array_upper ascii asin asind asinh atan atan2 atan2d
    atand atanh avg bit bit_and bit_count bit_length bit_or bit_xor bool bool_and bool_or bound_box box
    bpchar broadcast btrim cardinality casefold cash_words cast cbrt ceil ceiling center char char_length
    character_length chr cidr circle clock_timestamp coalesce col_description concat concat_ws convert
    convert_from convert_to corr cos cosd cosh cot cotd count covar_pop covar_samp crc32 crc32c cume_dist
    current_catalog current_database current_date current_role current_schema current_schemas current_time
    current_timestamp current_user date date_add date_bin date_part date_subtract date_trunc
    datemultirange daterange daterange_canonical decode degrees dense_rank dexp diagonal diameter div
    dlog1 dlog10 dround dtrunc encode enum_first enum_last enum_range erf erfc every exists exp extract
    factorial family first_value float4 float8 floor format format_type gamma gcd gen_random_uuid
    generate_series generate_subscripts get_bit get_byte get_current_ts_config getdatabaseencoding
    greatest grouping has_any_column_privilege has_column_privilege has_database_privilege
    has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege has_schema_privilege
    has_sequence_privilege has_server_privilege has_table_privilege has_tablespace_privilege
    has_type_privilege hash_array hash_numeric hash_record hashint4 hashint8 hashtext hashtextextended
    height host hostmask icu_unicode_version inet_merge inet_same_family initcap int2 int4 int4inc
    int4multirange int4range int4range_canonical int8 int8dec int8dec_any int8inc int8inc_any
    int8multirange int8range int8range_canonical is_normalized isclosed isempty isfinite ishorizontal
    isopen isparallel isperp isvertical json json_agg json_agg_strict json_array json_array_elements
    json_array_elements_text json_array_length json_arrayagg json_build_array json_build_object json_each
    json_each_text json_exists json_extract_path json_extract_path_text json_object json_object_agg
    json_object_keys json_objectagg json_populate_record json_populate_recordset json_query json_scalar
    json_serialize json_strip_nulls json_table json_to_record json_to_recordset json_to_tsvector
    json_typeof json_value jsonb_agg jsonb_agg_strict jsonb_array_elements jsonb_array_elements_text
    jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path
    jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists
    jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query jsonb_path_query_array
    jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz jsonb_path_query_tz
    jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls
    jsonb_to_record jsonb_to_recordset jsonb_to_tsvector jsonb_typeof justify_days justify_hours
    justify_interval lag last_value lcm lead least left length lgamma like like_escape line ln localtime
    localtimestamp log log10 lower lower_inc lower_inf lpad lseg ltrim macaddr macaddr8 macaddr8_set7bit
    make_date make_interval make_time make_timestamp make_timestamptz masklen max md5 min min_scale mod
    mode money multirange mxid_age name nameconcatoid netmask network normalize notlike now npoints
    nth_value ntile nullif num_nonnulls num_nulls numeric numeric_div_trunc numeric_exp numeric_inc
    numeric_ln numeric_log numeric_sqrt nummultirange numnode numrange obj_description octet_length oid
    oidvectortypes overlaps overlay parse_ident path pclose percent_rank percentile_cont percentile_disc
    pg_basetype pg_input_is_valid phraseto_tsquery pi plainto_tsquery point polygon popen position pow
    power querytree quote_ident quote_literal quote_nullable radians radius random random_normal range_agg
    range_intersect_agg range_merge rank regclass regexp_count regexp_instr regexp_like regexp_match
    regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr regr_avgx
    regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat replace
    reverse right round row row_number row_security_active row_to_json rpad rtrim scale session_user
    set_bit set_byte set_masklen setweight sha224 sha256 sha384 sha512 shobj_description sign
    similar_escape similar_to_escape sin sind sinh slope split_part sqrt statement_timestamp stddev
    stddev_pop stddev_samp string_agg string_to_array string_to_table strip strpos substr substring sum
    system_user tan tand tanh text textlen time timeofday timestamp timestamptz timetz timezone to_ascii
    to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct to_regclass to_regcollation
    to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure to_regrole to_regtype
    to_regtypemod to_timestamp to_tsquery to_tsvector transaction_timestamp translate trim trim_array
    trim_scale trunc ts_debug ts_delete ts_filter ts_headline ts_lexize ts_parse ts_rank ts_rank_cd
    ts_token_type tsmultirange tsquery_phrase tsrange tstzmultirange tstzrange tsvector_to_array
    unicode_assigned unicode_version unistr unnest upper upper_inc upper_inf user uuid_extract_timestamp
    uuid_extract_version uuidv4 uuidv7 var_pop var_samp varchar variance version websearch_to_tsquery
    width width_bucket xid xml xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document
    xmlagg xmlcomment xmlconcat xmlelement xmlexists xmlforest xmlparse xmlpi xmlroot xmlserialize xmltext
    xmlvalidate xpath xpath_exists
    """.split()
)
"""Harmless functions of PostgreSQL 13 to 18: the immutable and stable ones less what stands below and the
workings of operators, types and indexes; random values and clocks; what its grammar spells like a function."""

OF_THE_CATALOGUE = frozenset(
    """
    pg_backend_pid pg_char_to_encoding pg_client_encoding pg_collation_for pg_collation_is_visible
    pg_column_compression pg_column_size pg_conversion_is_visible pg_database_size pg_describe_object
    pg_encoding_max_length pg_encoding_to_char pg_function_is_visible pg_get_constraintdef pg_get_expr
    pg_get_function_arg_default pg_get_function_arguments pg_get_function_identity_arguments
    pg_get_function_result pg_get_indexdef pg_get_keywords pg_get_partition_constraintdef
    pg_get_partkeydef pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef pg_get_triggerdef
    pg_get_userbyid pg_get_viewdef pg_has_role pg_identify_object pg_indexes_size pg_input_is_valid
    pg_is_in_recovery pg_is_other_temp_schema pg_lsn pg_opclass_is_visible pg_operator_is_visible
    pg_opfamily_is_visible pg_partition_ancestors pg_partition_root pg_partition_tree
    pg_postmaster_start_time pg_relation_is_publishable pg_relation_is_updatable pg_relation_size
    pg_sequence_parameters pg_size_bytes pg_size_pretty pg_stat_get_dead_tuples pg_stat_get_live_tuples
    pg_statistics_obj_is_visible pg_table_is_visible pg_table_size pg_timezone_abbrevs pg_timezone_names
    pg_total_relation_size pg_trigger_depth pg_ts_config_is_visible pg_ts_dict_is_visible
    pg_ts_parser_is_visible pg_ts_template_is_visible pg_type_is_visible pg_typeof pg_wal_lsn_diff
    """.split()
)
"""Those whose names begin with `pg_`: only these."""

OF_EXTENSIONS = frozenset(
    """
    akeys avals cosine_distance cube_distance daitch_mokotoff difference digest dmetaphone dmetaphone_alt
    earth earth_box earth_distance gc_to_sec hmac hstore hstore_to_json hstore_to_jsonb icount
    inner_product intset l1_distance l2_distance l2_normalize lca levenshtein levenshtein_less_equal
    ll_to_earth ltree2text metaphone nlevel sec_to_gc show_trgm similarity skeys sort_asc sort_desc
    soundex st_area st_asbinary st_asewkt st_asgeojson st_astext st_boundary st_buffer st_centroid
    st_closestpoint st_collect st_contains st_convexhull st_coveredby st_covers st_crosses st_difference
    st_dimension st_disjoint st_distance st_distancesphere st_distancespheroid st_dwithin st_endpoint
    st_envelope st_equals st_extent st_exteriorring st_force2d st_geogfromtext st_geohash st_geometryn
    st_geometrytype st_geomfromewkt st_geomfromgeojson st_geomfromtext st_geomfromwkb st_hexagongrid
    st_intersection st_intersects st_isempty st_isvalid st_length st_makeenvelope st_makeline st_makepoint
    st_makevalid st_npoints st_numgeometries st_overlaps st_perimeter st_point st_pointfromtext st_pointn
    st_pointonsurface st_setsrid st_simplify st_snaptogrid st_squaregrid st_srid st_startpoint
    st_symdifference st_touches st_transform st_union st_within st_x st_xmax st_xmin st_y st_ymax st_ymin
    st_z strict_word_similarity subarray subpath svals text2ltree time_bucket time_bucket_gapfill unaccent
    uuid_generate_v1 uuid_generate_v4 uuid_nil uuid_ns_dns vector_dims vector_norm word_similarity
    """.split()
)
"""Of pg_trgm, fuzzystrmatch, unaccent, hstore, pgcrypto, ltree, cube, earthdistance, intarray, pgvector, PostGIS and
TimescaleDB: they compute."""

FUNCTIONS: frozenset[str] = OF_THE_ENGINE | OF_THE_CATALOGUE | OF_EXTENSIONS

NO_FILES = "it reads or lists files of the server"
NO_LARGE_OBJECTS = "it reads or writes large objects"
NO_HOSTS = "it reaches other computers and databases"
NO_HIDDEN_SQL = "it runs SQL that was not checked"
NO_SESSION = "it changes the session"
NO_SETTINGS = "it shows settings, which may hold keys"
NO_PASSWORDS = "it may hold passwords"
NO_SLEEP = "it only waits"
NO_LOCKS = "it takes or frees locks"
NO_SEQUENCE = "it moves a sequence"
NO_MESSAGES = "it sends messages to others"
NO_SERVER = "it acts on the server itself"
NO_OTHERS = "it shows what others do here"
NO_COMPUTER = "it tells about the server's computer"
NO_VALUES = "it shows values of tables that were not asked for"
NO_INSIDE = "it shows the inside of the database program"

FORBIDDEN_FUNCTIONS: Mapping[str, str] = (
    dict.fromkeys(
        """
        pg_current_logfile pg_file_length pg_file_read pg_hba_file_rules pg_ident_file_mappings
        pg_logdir_ls pg_ls_archive_statusdir pg_ls_dir pg_ls_logdir pg_ls_logicalmapdir
        pg_ls_logicalsnapdir pg_ls_replslotdir pg_ls_summariesdir pg_ls_tmpdir pg_ls_waldir
        pg_read_binary_file pg_read_file pg_read_file_old pg_relation_filepath
        pg_show_all_file_settings pg_stat_file pg_tablespace_location
        """.split(),
        NO_FILES,
    )
    | dict.fromkeys(
        """
        autoprewarm_dump_now autoprewarm_start_worker binary_upgrade_create_empty_extension
        brin_desummarize_range brin_summarize_new_values brin_summarize_range gin_clean_pending_list
        heap_force_freeze heap_force_kill pg_backup_start pg_backup_stop pg_buffercache_evict
        pg_cancel_backend pg_clear_attribute_stats pg_clear_relation_stats
        pg_copy_logical_replication_slot pg_copy_physical_replication_slot
        pg_create_logical_replication_slot pg_create_physical_replication_slot pg_create_restore_point
        pg_drop_replication_slot pg_extension_config_dump pg_file_rename pg_file_sync pg_file_unlink
        pg_file_write pg_import_system_collations pg_log_backend_memory_contexts
        pg_logical_slot_get_binary_changes pg_logical_slot_get_changes
        pg_logical_slot_peek_binary_changes pg_logical_slot_peek_changes pg_nextoid pg_prewarm
        pg_promote pg_reload_conf pg_replication_origin_advance pg_replication_origin_create
        pg_replication_origin_drop pg_replication_origin_session_reset
        pg_replication_origin_session_setup pg_replication_origin_xact_reset
        pg_replication_origin_xact_setup pg_replication_slot_advance pg_restore_attribute_stats
        pg_restore_relation_stats pg_rotate_logfile pg_rotate_logfile_old pg_start_backup
        pg_stat_clear_snapshot pg_stat_force_next_flush pg_stat_reset pg_stat_reset_backend_stats
        pg_stat_reset_replication_slot pg_stat_reset_shared pg_stat_reset_single_function_counters
        pg_stat_reset_single_table_counters pg_stat_reset_slru pg_stat_reset_subscription_stats
        pg_stat_statements_reset pg_stop_backup pg_stop_making_pinned_objects pg_switch_wal
        pg_switch_xlog pg_sync_replication_slots pg_terminate_backend pg_truncate_visibility_map
        pg_wal_replay_pause pg_wal_replay_resume
        """.split(),
        NO_SERVER,
    )
    | dict.fromkeys(
        """
        lo_close lo_creat lo_create lo_export lo_from_bytea lo_get lo_import lo_lseek lo_lseek64
        lo_manage lo_oid lo_open lo_put lo_tell lo_tell64 lo_truncate lo_truncate64 lo_unlink loread
        lowrite
        """.split(),
        NO_LARGE_OBJECTS,
    )
    | dict.fromkeys(
        """
        dblink dblink_close dblink_connect dblink_connect_u dblink_disconnect dblink_exec dblink_fetch
        dblink_get_connections dblink_get_result dblink_open dblink_send_query http http_delete
        http_get http_head http_post http_put net_http_get postgres_fdw_disconnect
        postgres_fdw_disconnect_all postgres_fdw_get_connections
        """.split(),
        NO_HOSTS,
    )
    | dict.fromkeys(
        """
        connectby create_hypertable cron_schedule crosstab crosstab2 crosstab3 crosstab4 cursor_to_xml
        cursor_to_xmlschema database_to_xml database_to_xml_and_xmlschema database_to_xmlschema
        execute plpgsql_inline_handler query_to_xml query_to_xml_and_xmlschema query_to_xmlschema
        schema_to_xml schema_to_xml_and_xmlschema schema_to_xmlschema table_to_xml
        table_to_xml_and_xmlschema table_to_xmlschema ts_rewrite ts_stat xpath_table
        """.split(),
        NO_HIDDEN_SQL,
    )
    | dict.fromkeys(
        """
        pg_current_xact_id pg_export_snapshot set_config set_limit setseed txid_current
        """.split(),
        NO_SESSION,
    )
    | dict.fromkeys(
        """
        pg_config pg_get_function_sqlbody pg_get_functiondef pg_options_to_table pg_settings_get_flags
        pg_show_all_settings
        """.split(),
        NO_SETTINGS,
    )
    | dict.fromkeys(
        """
        pg_get_publication_tables pg_get_subscription
        """.split(),
        NO_PASSWORDS,
    )
    | dict.fromkeys(
        """
        pg_sleep pg_sleep_for pg_sleep_until pg_wal_replay_wait
        """.split(),
        NO_SLEEP,
    )
    | dict.fromkeys(
        """
        pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all
        pg_advisory_unlock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_blocking_pids
        pg_lock_status pg_safe_snapshot_blocking_pids pg_try_advisory_lock pg_try_advisory_lock_shared
        pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared
        """.split(),
        NO_LOCKS,
    )
    | dict.fromkeys(
        """
        currval lastval nextval setval
        """.split(),
        NO_SEQUENCE,
    )
    | dict.fromkeys(
        """
        pg_listening_channels pg_logical_emit_message pg_notification_queue_usage pg_notify
        """.split(),
        NO_MESSAGES,
    )
    | dict.fromkeys(
        """
        pg_cursor pg_prepared_statement pg_prepared_xact pg_stat_get_activity
        pg_stat_get_backend_activity pg_stat_get_backend_client_addr pg_stat_get_subscription
        pg_stat_get_wal_receiver pg_stat_get_wal_senders pg_stat_statements pg_stat_statements_info
        """.split(),
        NO_OTHERS,
    )
    | dict.fromkeys(
        """
        inet_client_addr inet_client_port inet_server_addr inet_server_port pg_conf_load_time
        pg_get_backend_memory_contexts pg_get_shmem_allocations
        """.split(),
        NO_COMPUTER,
    )
    | dict.fromkeys(
        """
        bt_page_items get_raw_page heap_page_items page_header pg_filenode_relation pgrowlocks
        pgstattuple
        """.split(),
        NO_INSIDE,
    )
)

TABLE_FUNCTIONS: frozenset[str] = frozenset(
    """
    aclexplode generate_series generate_subscripts json_array_elements json_array_elements_text json_each
    json_each_text json_object_keys json_populate_record json_populate_recordset json_table json_to_record
    json_to_recordset jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text
    jsonb_object_keys jsonb_path_query jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset
    jsonb_to_record jsonb_to_recordset pg_get_keywords pg_partition_ancestors pg_partition_tree
    pg_timezone_abbrevs pg_timezone_names regexp_matches regexp_split_to_table string_to_table ts_debug
    ts_parse ts_token_type unnest xml_table xmltable
    """.split()
)
"""Functions that give rows; any other may stand for a table of one row."""

OPERATORS: frozenset[str] = frozenset(
    """
    !! != !~ !~* !~~ !~~* # ## #- #> #>> % %# %% %> %>> & && &&& &< &<| &> * *< *<= *<> *= *> *>= + - ->
    ->> -|- / < <#> <% <+> <-> <->> <->>> << <<#>> <<% <<-> <<->> <<<-> <<= <<| <= <=> <> <@ <^ = > >= >>
    >>= >^ ? ?# ?& ?- ?-| ?<@ ?@ ?| ?|| @ @-@ @> @>> @? @@ @@@ ^ ^@ | |&> |/ |>> || ||/ ~ ~* ~<=~ ~<~ ~=
    ~>=~ ~>~ ~~ ~~* ~~=
    """.split()
)
"""Operators of PostgreSQL, pg_trgm, hstore, ltree, pgvector and PostGIS. Anybody may make others, which can write."""

CATALOGUE = frozenset(
    """
    pg_aggregate pg_am pg_attrdef pg_attribute pg_available_extensions pg_cast pg_class pg_collation
    pg_constraint pg_conversion pg_database pg_depend pg_description pg_enum pg_extension pg_index
    pg_indexes pg_inherits pg_language pg_matviews pg_namespace pg_opclass pg_operator pg_opfamily
    pg_partitioned_table pg_policies pg_policy pg_proc pg_publication pg_publication_tables pg_range
    pg_rewrite pg_rules pg_sequence pg_sequences pg_shdescription pg_stat_all_indexes pg_stat_all_tables
    pg_stat_user_indexes pg_stat_user_tables pg_statio_user_indexes pg_statio_user_tables pg_statistic_ext
    pg_tables pg_tablespace pg_timezone_abbrevs pg_timezone_names pg_trigger pg_ts_config pg_ts_dict
    pg_ts_parser pg_ts_template pg_type pg_views
    """.split()
)
"""Tables of `pg_catalog`, which need no qualifier."""

INFORMATION = frozenset(
    """
    attributes character_sets check_constraint_routine_usage check_constraints
    collation_character_set_applicability collations column_column_usage column_domain_usage
    column_privileges column_udt_usage columns constraint_column_usage constraint_table_usage
    data_type_privileges domain_constraints domain_udt_usage domains element_types enabled_roles
    information_schema_catalog_name key_column_usage parameters referential_constraints role_table_grants
    routine_privileges routines schemata sequences sql_features table_constraints table_privileges tables
    triggered_update_columns triggers udt_privileges usage_privileges user_defined_types view_column_usage
    view_routine_usage view_table_usage views
    """.split()
)
"""Views of `information_schema`."""

SYSTEM_TABLES: frozenset[str] = (
    CATALOGUE
    | {f"pg_catalog.{name}" for name in CATALOGUE}
    | {f"information_schema.{name}" for name in INFORMATION}
)

FORBIDDEN_TABLES: Mapping[str, str] = (
    dict.fromkeys(
        """
        information_schema.foreign_server_options information_schema.user_mapping_options
        information_schema.user_mappings pg_auth_members pg_authid pg_db_role_setting pg_dist_authinfo
        pg_foreign_data_wrapper pg_foreign_server pg_group pg_roles pg_seclabel pg_seclabels pg_shadow
        pg_subscription pg_user pg_user_mapping pg_user_mappings
        """.split(),
        NO_PASSWORDS,
    )
    | dict.fromkeys(
        """
        pg_config pg_file_settings pg_parameter_acl pg_settings
        """.split(),
        NO_SETTINGS,
    )
    | dict.fromkeys(
        """
        pg_hba_file_rules pg_ident_file_mappings
        """.split(),
        NO_FILES,
    )
    | dict.fromkeys(
        """
        pg_largeobject pg_largeobject_metadata pg_statistic pg_statistic_ext_data pg_stats
        pg_stats_ext pg_stats_ext_exprs
        """.split(),
        NO_VALUES,
    )
    | dict.fromkeys(
        """
        pg_cursors pg_locks pg_prepared_statements pg_prepared_xacts pg_replication_origin
        pg_replication_origin_status pg_replication_slots pg_stat_activity pg_stat_gssapi
        pg_stat_replication pg_stat_ssl pg_stat_statements pg_stat_subscription pg_stat_wal_receiver
        """.split(),
        NO_OTHERS,
    )
    | dict.fromkeys(
        """
        pg_backend_memory_contexts pg_shmem_allocations
        """.split(),
        NO_INSIDE,
    )
)

RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric table tablesample then to
    trailing true union unique user using variadic verbose when where window with
    """.split()
)
"""Words that are no names unless they are quoted."""
