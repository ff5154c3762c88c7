"""What a query may call and read in MariaDB and MySQL: lists made with `tools/list_functions.py mariadb`, kept by hand."""

from __future__ import annotations

from collections.abc import Mapping

OF_THE_ENGINE = frozenset(
    """
    abs acos add_months adddate addtime aes_decrypt aes_encrypt any_value ascii asin atan atan2 avg bin
    bin_to_uuid binary bit_and bit_count bit_length bit_or bit_xor cast ceil ceiling char char_length
    character_length charset chr coalesce coercibility collate collation column_add column_check
    column_create column_delete column_exists column_get column_json column_list compress concat
    concat_operator_oracle concat_ws connection_id conv convert convert_tz cos cot count crc32 crc32c
    cume_dist curdate current_date current_role current_time current_timestamp current_user curtime
    database date date_add date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear decode
    decode_oracle default degrees dense_rank elt encode exists exp export_set extract extractvalue field
    find_in_set first_value floor format format_bytes format_pico_time found_rows from_base64 from_days
    from_unixtime get_format greatest group_concat grouping hex hour if ifnull inet6_aton inet6_ntoa
    inet_aton inet_ntoa insert instr interval is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_uuid isnull
    json_array json_array_append json_array_insert json_array_intersect json_arrayagg json_compact
    json_contains json_contains_path json_depth json_detailed json_equals json_exists json_extract
    json_insert json_key_value json_keys json_length json_loose json_merge json_merge_patch
    json_merge_preserve json_normalize json_object json_object_filter_keys json_object_to_array
    json_objectagg json_overlaps json_pretty json_query json_quote json_remove json_replace
    json_schema_valid json_schema_validation_report json_search json_set json_storage_free
    json_storage_size json_table json_type json_unquote json_valid json_value kdf lag last_day last_value
    lcase lead least left length lengthb ln localtime localtimestamp locate log log10 log2 lower lpad
    lpad_oracle ltrim ltrim_oracle make_set makedate maketime match max md5 median microsecond mid min
    minute mod month monthname months_between name_const natural_sort_key now nth_value ntile nullif nvl
    nvl2 oct octet_length ord percent_rank percentile_cont percentile_disc period_add period_diff pi
    position pow power quarter quote radians rand random_bytes rank regexp_instr regexp_like
    regexp_replace regexp_substr repeat replace replace_oracle reverse right round row row_count
    row_number rownum rpad rpad_oracle rtrim rtrim_oracle schema sec_to_time second session_user sformat
    sha sha1 sha2 sign sin soundex space sqrt st_collect st_frechetdistance st_hausdorffdistance
    st_latitude st_longitude st_swapxy st_transform statement_digest statement_digest_text std stddev
    stddev_pop stddev_samp str_to_date strcmp subdate substr substr_oracle substring substring_index
    subtime sum sys_guid sysdate system_user tan time time_format time_to_sec timediff timestamp
    timestampadd timestampdiff to_base64 to_char to_date to_days to_number to_seconds trim trim_oracle
    trunc truncate ucase uncompress uncompressed_length unhex unix_timestamp updatexml upper user utc_date
    utc_time utc_timestamp uuid uuid_short uuid_to_bin uuid_v4 uuid_v7 value values var_pop var_samp
    variance vec_distance vec_distance_cosine vec_distance_euclidean vec_fromtext vec_totext version week
    weekday weekofyear weight_string year yearweek
    """.split()
)
"""Harmless functions of MariaDB 10.6 to 12 and MySQL 8 to 9, and what their grammar spells like a function."""

OF_GEOMETRY = frozenset(
    """
    area asbinary astext aswkb aswkt boundary buffer centroid contains convexhull crosses dimension
    disjoint endpoint envelope equals exteriorring geomcollfromtext geomcollfromwkb geometrycollection
    geometrycollectionfromtext geometrycollectionfromwkb geometryfromtext geometryfromwkb geometryn
    geometrytype geomfromtext geomfromwkb glength interiorringn intersects isclosed isempty isring
    issimple linefromtext linefromwkb linestring linestringfromtext linestringfromwkb mbrcontains
    mbrcoveredby mbrcovers mbrdisjoint mbrequal mbrequals mbrintersects mbroverlaps mbrtouches mbrwithin
    mlinefromtext mlinefromwkb mpointfromtext mpointfromwkb mpolyfromtext mpolyfromwkb multilinestring
    multilinestringfromtext multilinestringfromwkb multipoint multipointfromtext multipointfromwkb
    multipolygon multipolygonfromtext multipolygonfromwkb numgeometries numinteriorrings numpoints
    overlaps point pointfromtext pointfromwkb pointn pointonsurface polyfromtext polyfromwkb polygon
    polygonfromtext polygonfromwkb srid st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt
    st_boundary st_buffer st_centroid st_contains st_convexhull st_crosses st_difference st_dimension
    st_disjoint st_distance st_distance_sphere st_endpoint st_envelope st_equals st_exteriorring
    st_geohash st_geomcollfromtext st_geomcollfromwkb st_geometrycollectionfromtext
    st_geometrycollectionfromwkb st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype
    st_geomfromgeojson st_geomfromtext st_geomfromwkb st_interiorringn st_intersection st_intersects
    st_isclosed st_isempty st_isring st_issimple st_isvalid st_latfromgeohash st_length st_linefromtext
    st_linefromwkb st_linestringfromtext st_linestringfromwkb st_longfromgeohash st_mlinefromtext
    st_mpointfromtext st_mpointfromwkb st_mpolyfromtext st_mpolyfromwkb st_multilinestringfromtext
    st_multipointfromtext st_multipointfromwkb st_multipolygonfromtext st_multipolygonfromwkb
    st_numgeometries st_numinteriorrings st_numpoints st_overlaps st_pointfromgeohash st_pointfromtext
    st_pointfromwkb st_pointn st_pointonsurface st_polyfromtext st_polyfromwkb st_polygonfromtext
    st_polygonfromwkb st_relate st_simplify st_srid st_startpoint st_symdifference st_touches st_union
    st_validate st_within st_x st_y startpoint touches within x y
    """.split()
)
"""Geometric ones."""

FUNCTIONS: frozenset[str] = OF_THE_ENGINE | OF_GEOMETRY

NO_FILES = "it reads files of the server"
NO_SLEEP = "it only keeps the server busy"
NO_LOCKS = "it takes or shows locks"
NO_WAITING = "it waits for another server"
NO_SEQUENCE = "it moves a sequence"
NO_SESSION = "it changes the session"
NO_SERVER = "it acts on the server itself"
NO_PASSWORDS = "it may hold passwords"
NO_SETTINGS = "it shows settings of the server"
NO_OTHERS = "it shows what others do here"
NO_INSIDE = "it shows the inside of the database program"

FORBIDDEN_FUNCTIONS: Mapping[str, str] = (
    dict.fromkeys(
        """
        load_file
        """.split(),
        NO_FILES,
    )
    | dict.fromkeys(
        """
        benchmark sleep
        """.split(),
        NO_SLEEP,
    )
    | dict.fromkeys(
        """
        get_lock is_free_lock is_used_lock release_all_locks release_lock service_get_read_locks
        service_get_write_locks service_release_locks
        """.split(),
        NO_LOCKS,
    )
    | dict.fromkeys(
        """
        master_gtid_wait master_pos_wait source_pos_wait wait_for_executed_gtid_set
        wait_until_sql_thread_after_gtids wsrep_sync_wait_upto_gtid
        """.split(),
        NO_WAITING,
    )
    | dict.fromkeys(
        """
        lastval nextval setval
        """.split(),
        NO_SEQUENCE,
    )
    | dict.fromkeys(
        """
        last_insert_id
        """.split(),
        NO_SESSION,
    )
    | dict.fromkeys(
        """
        asynchronous_connection_failover_add_source asynchronous_connection_failover_delete_source
        audit_log_encryption_password_get audit_log_encryption_password_set audit_log_filter_flush
        audit_log_filter_remove_filter audit_log_filter_set_filter audit_log_filter_set_user
        audit_log_read audit_log_read_bookmark audit_log_rotate firewall_group_delist
        firewall_group_enlist flush_rewrite_rules gen_blocklist gen_dictionary gen_dictionary_drop
        gen_dictionary_load group_replication_set_as_primary
        group_replication_set_communication_protocol group_replication_switch_to_multi_primary_mode
        group_replication_switch_to_single_primary_mode handlersocket http_get http_post
        keyring_key_fetch keyring_key_generate keyring_key_remove keyring_key_store lib_mysqludf_http
        lib_mysqludf_sys_info load_rewrite_rules mysql_firewall_flush_status
        mysql_query_attribute_string mysqlx_error read_firewall_groups read_firewall_users
        read_firewall_whitelist set_firewall_group_mode set_firewall_mode spider_bg_direct_sql
        spider_copy_tables spider_direct_sql spider_flush_table_mon_cache spider_ping_table
        sys_bineval sys_eval sys_exec sys_get sys_set version_tokens_delete version_tokens_edit
        version_tokens_lock_exclusive version_tokens_lock_shared version_tokens_set
        version_tokens_unlock
        """.split(),
        NO_SERVER,
    )
    | dict.fromkeys(
        """
        create_asymmetric_priv_key create_asymmetric_pub_key create_dh_parameters des_decrypt
        des_encrypt encrypt old_password password
        """.split(),
        NO_PASSWORDS,
    )
    | dict.fromkeys(
        """
        binlog_gtid_pos can_access_table decode_histogram extract_schema_from_file_name gtid_subset
        gtid_subtract internal_auto_increment internal_data_length internal_table_rows
        name_const_internal wsrep_last_seen_gtid wsrep_last_written_gtid
        """.split(),
        NO_INSIDE,
    )
)

TABLE_FUNCTIONS: frozenset[str] = frozenset({"json_table"})
"""Functions that stand for a table."""

SESSION_VARIABLES: frozenset[str] = frozenset(
    """
    autocommit character_set_client character_set_connection character_set_database character_set_results
    character_set_server collation_connection collation_database collation_server default_week_format
    div_precision_increment group_concat_max_len innodb_version lc_time_names lower_case_table_names
    max_allowed_packet max_execution_time max_statement_time sql_mode sql_select_limit system_time_zone
    time_zone timestamp transaction_isolation transaction_read_only tx_isolation tx_read_only version
    version_comment version_compile_machine version_compile_os
    """.split()
)
"""Variables `@@…` that tell nothing of the server that matters."""

INFORMATION = frozenset(
    """
    character_sets check_constraints collation_character_set_applicability collations column_privileges
    columns columns_extensions engines events geometry_columns index_statistics key_column_usage
    key_period_usage keywords parameters partitions periods referential_constraints resource_groups
    routines schema_privileges schemata schemata_extensions sequences spatial_ref_sys sql_functions
    st_geometry_columns st_spatial_reference_systems st_units_of_measure statistics table_constraints
    table_constraints_extensions table_privileges table_statistics tables tables_extensions triggers
    view_routine_usage view_table_usage views
    """.split()
)
"""Views of `information_schema`."""

SYSTEM_TABLES: frozenset[str] = frozenset(f"information_schema.{name}" for name in INFORMATION) | {"dual"}

FORBIDDEN_TABLES: Mapping[str, str] = (
    dict.fromkeys(
        """
        information_schema.applicable_roles information_schema.enabled_roles
        information_schema.user_attributes information_schema.user_privileges mysql.columns_priv
        mysql.db mysql.default_roles mysql.global_priv mysql.gtid_executed mysql.password_history
        mysql.procs_priv mysql.proxies_priv mysql.role_edges mysql.roles_mapping mysql.servers
        mysql.slave_master_info mysql.tables_priv mysql.user
        """.split(),
        NO_PASSWORDS,
    )
    | dict.fromkeys(
        """
        information_schema.all_plugins information_schema.files information_schema.global_status
        information_schema.global_variables information_schema.plugins
        information_schema.session_status information_schema.session_variables
        information_schema.system_variables information_schema.tablespaces
        information_schema.user_variables
        """.split(),
        NO_SETTINGS,
    )
    | dict.fromkeys(
        """
        information_schema.client_statistics information_schema.innodb_lock_waits
        information_schema.innodb_locks information_schema.innodb_trx
        information_schema.optimizer_trace information_schema.processlist information_schema.profiling
        information_schema.user_statistics mysql.component mysql.event mysql.func mysql.general_log
        mysql.plugin mysql.proc mysql.slow_log
        """.split(),
        NO_OTHERS,
    )
)

RESERVED = frozenset(
    """
    accessible add all alter analyze and as asc asensitive before between bigint binary blob both by
    call cascade case change char character check collate column condition constraint continue
    convert create cross current_date current_role current_time current_timestamp current_user
    cursor databases day_hour day_microsecond day_minute day_second dec decimal declare default
    delayed delete delete_domain_id desc describe deterministic distinct distinctrow div
    do_domain_ids double drop dual each else elseif enclosed escaped except exists exit explain
    false fetch float float4 float8 for force foreign from fulltext grant group having high_priority
    hour_microsecond hour_minute hour_second if ignore ignore_domain_ids in index infile inner inout
    insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into is iterate join
    key keys kill leading leave left like limit linear lines load localtime localtimestamp lock long
    longblob longtext loop low_priority master_demote_to_replica master_demote_to_slave
    master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext middleint
    minute_microsecond minute_second mod modifies natural no_write_to_binlog not null numeric offset
    on optimize optionally or order out outer outfile over page_checksum parse_vcol_expr partition
    portion precision primary procedure purge range read read_write reads real recursive
    ref_system_id references regexp release rename repeat replace require resignal restrict return
    returning revoke right rlike row_number rows schemas second_microsecond select sensitive
    separator set show signal smallint spatial specific sql sql_big_result sql_buffer_result
    sql_cache sql_calc_found_rows sql_no_cache sql_small_result sqlexception sqlstate sqlwarning ssl
    starting stats_auto_recalc stats_persistent stats_sample_pages straight_join table terminated
    then tinyblob tinyint tinytext to trailing trigger true undo union unique unlock unsigned update
    usage use using utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying
    when where while with write xor year_month zerofill
    cube cume_dist dense_rank empty first_value function grouping groups json_table lag last_value lateral
    lead nth_value ntile of over percent_rank rank recursive row_number system window
    """.split()
)
"""Words that are no names unless they are quoted."""
