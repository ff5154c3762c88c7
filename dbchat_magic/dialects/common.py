"""Common: what kinds of databases share that have an information_schema, and functions that nearly all have.

None of the kinds built from it alone has been run by us: each is as its database's own documentation has it.
"""

from __future__ import annotations

FUNCTIONS = frozenset(
    """
    abs acos add_months any_value approx_count_distinct approx_distinct approx_percentile array_agg array_contains
    array_distinct array_join array_length array_max array_min array_position array_size ascii asin atan atan2 avg
    bit_and bit_length bit_or bit_xor bool_and bool_or cardinality cast cbrt ceil ceiling char char_length
    character_length charindex chr coalesce collect_list collect_set concat concat_ws contains corr cos cosh cot count
    count_if countif covar_pop covar_samp cume_dist current_date current_time current_timestamp date date_add date_diff
    date_format date_part date_sub date_trunc dateadd datediff datefromparts datename datepart datetrunc day dayname
    dayofmonth dayofweek dayofyear decode degrees dense_rank div element_at ends_with endswith eomonth every exists exp
    explode extract filter first first_value flatten floor format_date format_datetime format_number format_timestamp
    from_unixtime getdate greatest grouping grouping_id hour if ifnull iff iif in initcap instr isnull json_extract
    json_extract_scalar json_query json_value lag last last_day last_value lcase lead least left len length listagg ln
    localtime localtimestamp locate log log10 log2 lower lpad ltrim map_keys map_values max max_by mean median min
    min_by minute mod month monthname months_between ntile nth_value nullif nullifzero nvl nvl2 octet_length overlay
    parse_date percent_rank percentile percentile_approx percentile_cont percentile_disc pi position pow power
    quarter radians rank regexp_contains regexp_count regexp_extract regexp_instr regexp_like regexp_replace
    regexp_substr regr_intercept regr_slope replace reverse right round row_number rpad rtrim safe_cast safe_divide
    second sequence sign sin sinh size skewness soundex split split_part sqrt square starts_with startswith stddev
    stddev_pop stddev_samp stdev stdevp str_to_date string_agg strpos strleft substr substring substring_index sum
    sysdate tan tanh time timestamp timestamp_diff timestamp_trunc timestampdiff to_char to_date to_number
    to_timestamp to_varchar translate trim trunc truncate try_cast try_convert tsordsadd typeof ucase unix_timestamp
    unnest upper uuid var var_pop var_samp variance varp week weekday weekofyear width_bucket year zeroifnull
    """.split()
)
"""Functions without effects that SQL has nearly everywhere under these names."""

NO_PLACE = "it reads files or other servers"
WAITS = "it waits"
NO_CODE = "it runs code or statements that were not checked"
FORBIDDEN_FUNCTIONS = {
    **dict.fromkeys(
        "external_query files http_get http_post infer_schema java_method openquery openrowset opendatasource read_files"
        " reflect s3 sys_context utl_http utl_inaddr vector_search ai_query ai_generate xp_cmdshell".split(),
        NO_PLACE,
    ),
    **dict.fromkeys("dbms_lock dbms_pipe pg_sleep sleep wait waitfor".split(), WAITS),
    **dict.fromkeys(
        "dbms_sql dbms_xmlgen execute executeimmediate query system$abort_session".split(), NO_CODE
    ),
}


def information_schema(
    own: str,
    *,
    prefix: str = "information_schema.",
    comments: str = "NULL",
    rows: str = "NULL",
    search_path: str = "",
    version: str = "",
) -> dict[str, str]:
    """Statements that read the schema from the standard's own tables; `own` tells which schemas are the user's."""
    found = {
        "relations": (
            "SELECT table_schema, table_name,"
            " CASE WHEN table_type LIKE '%VIEW%' THEN 'view' ELSE 'table' END,"
            f" {comments}, {rows}, NULL FROM {prefix}tables WHERE {own} ORDER BY table_schema, table_name"
        ),
        "columns": (
            "SELECT table_schema, table_name, column_name, data_type,"
            f" CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END, 0, {comments}, NULL FROM {prefix}columns WHERE {own}"
            " ORDER BY table_schema, table_name, ordinal_position"
        ),
        "values": "SELECT {columns} FROM {table} LIMIT {limit}",
    }
    if search_path:
        found["search_path"] = search_path
    if version:
        found["version"] = version
    return found
