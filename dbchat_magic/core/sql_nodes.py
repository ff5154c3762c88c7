"""Which of sqlglot's node classes a reading statement may be made of.

Every class of the pinned sqlglot is named exactly once here, so that a newer one brings in nothing by itself.
"""

from __future__ import annotations

ALLOWED_STRUCTURE = frozenset(
    """
    Add Adjacent Alias Aliases All Any AtTimeZone Between BitString BitwiseAnd BitwiseLeftShift BitwiseNot
    BitwiseOr BitwiseRightShift BitwiseXor Boolean Bracket ByteString CTE CharacterSet Column ColumnDef
    Comprehension Cube DPipe DataType DataTypeParam Distance Distinct Div Dot EQ Escape Except ExtendsLeft
    ExtendsRight Fetch Filter From FromTimeZone GT GTE Glob Group GroupingSets Having Heredoc HexString ILike
    Identifier IgnoreNulls In IntDiv Intersect Interval IntervalOp IntervalSpan Introducer Is JSON
    JSONColumnDef JSONKeyValue JSONPath JSONPathFilter JSONPathKey JSONPathRecursive JSONPathRoot
    JSONPathScript JSONPathSelector JSONPathSlice JSONPathSubscript JSONPathUnion JSONPathWildcard JSONSchema
    JSONValue Join Kwarg LT LTE Lambda Lateral Like Limit LimitOptions Literal Match Mod Mul NEQ National Neg
    Not Null NullSafeEQ NullSafeNEQ ObjectIdentifier Offset OnCondition Order Ordered Overlaps Paren Pivot
    PivotAlias PivotAny PositionalColumn PropertyEQ PseudoType Pseudocolumn Qualify RawString
    RecursiveWithSearch RespectNulls Rollup Select SimilarTo Slice Star Sub Subquery Table TableAlias
    TableColumn TableSample Tuple UnicodeString Union UnpivotColumns Values Var Variadic Where Window
    WindowSpec With WithinGroup
    """.split()
)
"""The parts of a query, its operators and literals."""

ALLOWED_FUNCTIONS = frozenset(
    """
    Abs Acos Acosh AddMonths And Anonymous AnyValue ApproxDistinct ApproxQuantile ApproxQuantiles ApproxTopK
    ApproxTopSum ArgMax ArgMin Array ArrayAgg ArrayAll ArrayAny ArrayAppend ArrayCompact ArrayConcat
    ArrayConcatAgg ArrayConstructCompact ArrayContainedBy ArrayContains ArrayContainsAll ArrayDistinct
    ArrayExcept ArrayFilter ArrayFirst ArrayInsert ArrayIntersect ArrayLast ArrayMax ArrayMin ArrayOverlaps
    ArrayPosition ArrayPrepend ArrayRemove ArrayRemoveAt ArrayReverse ArraySize ArraySlice ArraySort ArraySum
    ArrayToString ArrayUnionAgg ArrayUniqueAgg ArraysZip Ascii Asin Asinh Atan Atan2 Atanh Avg
    Base64DecodeBinary Base64DecodeString Base64Encode BitLength BitmapBitPosition BitmapBucketNumber
    BitmapConstructAgg BitmapCount BitmapOrAgg BitwiseAndAgg BitwiseCount BitwiseOrAgg BitwiseXorAgg Booland
    Boolnot Boolor BoolxorAgg ByteLength Case Cast CastToStrType Cbrt Ceil Chr CityHash64 Coalesce
    CodePointsToBytes CodePointsToString Collate Columns Concat ConcatWs Contains Convert ConvertTimezone
    ConvertToCharset Corr Cos Cosh CosineDistance Cot Coth Count CountIf CovarPop CovarSamp Csc Csch CumeDist
    CurrentCatalog CurrentDatabase CurrentDate CurrentDatetime CurrentSchema CurrentSchemas CurrentTime
    CurrentTimestamp CurrentTimestampLTZ CurrentTimezone CurrentUser CurrentVersion Date DateAdd DateBin
    DateDiff DateFromParts DateFromUnixDate DateStrToDate DateSub DateToDateStr DateToDi DateTrunc Datetime
    DatetimeAdd DatetimeDiff DatetimeSub DatetimeTrunc Day DayOfMonth DayOfWeek DayOfWeekIso DayOfYear Dayname
    Decode DecodeCase Degrees DenseRank DiToDate DotProduct Elt Encode EndsWith EqualNull EuclideanDistance
    Exists Exp Explode ExplodingGenerateSeries Extract Factorial FarmFingerprint First FirstValue Flatten
    Float64 Floor Format FromBase FromBase32 FromBase64 FromISO8601Date FromISO8601Timestamp
    FromISO8601TimestampNanos FromJson GenerateDateArray GenerateSeries GenerateTimestampArray GetExtract
    GetIgnoreCase Getbit Greatest GroupConcat Grouping GroupingId Hex HexDecodeString Hour If Initcap Int64
    IsArray IsAscii IsInf IsNan IsNullValue JSONArray JSONArrayAgg JSONArrayAppend JSONArrayContains
    JSONArrayInsert JSONBContains JSONBContainsAllTopKeys JSONBContainsAnyTopKeys JSONBContainsTopKey
    JSONBDeleteAtPath JSONBExists JSONBExtract JSONBExtractScalar JSONBObjectAgg JSONBPathExists JSONBool
    JSONCast JSONExists JSONExtract JSONExtractArray JSONExtractScalar JSONFormat JSONKeys JSONKeysAtDepth
    JSONObject JSONObjectAgg JSONRemove JSONSet JSONStripNulls JSONTable JSONType JSONValueArray
    JarowinklerSimilarity JustifyDays JustifyHours JustifyInterval Kurtosis Lag Last LastDay LastValue LaxBool
    LaxFloat64 LaxInt64 LaxString Lead Least Left Length Levenshtein List Ln Localtime Localtimestamp Log
    LogicalAnd LogicalOr Lower LowerHex MD5 MD5Digest MD5NumberLower64 MD5NumberUpper64 MakeInterval
    ManhattanDistance Map MapCat MapContainsKey MapDelete MapFromEntries MapInsert MapKeys MapPick MapSize
    MatchAgainst Max Median Min Minute Mode Month Monthname MonthsBetween Nanvl Negative NextDay Normalize
    NthValue Ntile Nullif NumberToStr Nvl2 ObjectAgg ObjectInsert ObjectTransform Or Overlay Pad
    ParseBignumeric ParseDatetime ParseIp ParseJSON ParseNumeric ParseTime PercentRank PercentileCont
    PercentileDisc Pi Posexplode PosexplodeOuter Pow PreviousDay Quantile Quarter Radians Rand RangeBucket
    RangeN Rank Reduce RegexpCount RegexpExtract RegexpExtractAll RegexpFullMatch RegexpILike RegexpInstr
    RegexpLike RegexpReplace RegexpSplit RegexpSubstr RegrAvgx RegrAvgy RegrCount RegrIntercept RegrR2
    RegrSlope RegrSxx RegrSxy RegrSyy RegrValx RegrValy Repeat Replace Reverse Right Rint Round RowNumber
    RtrimmedLength SHA SHA1Digest SHA2 SHA2Digest SafeAdd SafeConvertBytesToString SafeDivide SafeMultiply
    SafeNegate SafeSubtract Sec Sech Second SessionUser Shuffle Sign Sin Sinh Skewness Soundex SoundexP123
    Space Split SplitPart Sqrt StDistance StPoint StarMap StartsWith Stddev StddevPop StddevSamp StrPosition
    StrToDate StrToMap StrToTime StrToUnix String StringToArray StripNullValue Strtok StrtokToArray Struct
    StructExtract Stuff Substring SubstringIndex Sum Systimestamp Tan Tanh Time TimeAdd TimeDiff TimeFromParts
    TimeSlice TimeStrToDate TimeStrToTime TimeStrToUnix TimeSub TimeToStr TimeToTimeStr TimeToUnix TimeTrunc
    Timestamp TimestampAdd TimestampDiff TimestampFromParts TimestampLtzFromParts TimestampSub TimestampTrunc
    TimestampTzFromParts ToArray ToBase32 ToBase64 ToBinary ToBoolean ToChar ToCodePoints ToDays ToDecfloat
    ToDouble ToMap ToNumber Transform Translate Trim Trunc Try TryBase64DecodeBinary TryBase64DecodeString
    TryCast TryHexDecodeBinary TryHexDecodeString TryToDecfloat TsOrDiToDi TsOrDsAdd TsOrDsDiff TsOrDsToDate
    TsOrDsToDateStr TsOrDsToDatetime TsOrDsToTime TsOrDsToTimestamp Typeof Unhex Unicode UnixDate UnixMicros
    UnixMillis UnixSeconds UnixToStr UnixToTime UnixToTimeStr Unnest Upper UtcDate UtcTime UtcTimestamp Uuid
    VarMap Variance VariancePop Week WeekOfYear WeekStart WidthBucket Xor Year YearOfWeek YearOfWeekIso
    """.split()
)
"""Functions that sqlglot knows by a class of their own and that only compute. Anonymous is any other
function: its name is looked up in the dialect."""

REFUSED_FUNCTIONS = frozenset(
    """
    AIAgg AIClassify AIEmbed AIForecast AIGenerate AISimilarity AISummarizeAgg Agg AggFunc AnonymousAggFunc
    Apply ApproxPercentileAccumulate ApproxPercentileCombine ApproxPercentileEstimate ApproxTopKAccumulate
    ApproxTopKCombine ApproxTopKEstimate ApproximateSimilarity CheckJson CheckXml Collation CombinedAggFunc
    CombinedParameterizedAgg Compress ConnectByRoot CurrentAccount CurrentAccountName CurrentAvailableRoles
    CurrentClient CurrentIpAddress CurrentOrganizationName CurrentOrganizationUser CurrentRegion CurrentRole
    CurrentRoleType CurrentSecondaryRoles CurrentSession CurrentStatement CurrentTransaction CurrentUserId
    CurrentWarehouse DecompressBinary DecompressString Decrypt DecryptRaw DynamicIdentifier Encrypt EncryptRaw
    FeaturesAtTime Func GapFill GenerateBool GenerateDouble GenerateEmbedding GenerateInt GenerateTable
    GenerateText Generator HashAgg Hll Host Inline MLForecast MLTranslate Minhash MinhashCombine NetFunc
    NextValueFor Normal ObjectId OpenJSON ParameterizedAgg ParseUrl Predict Randn Randstr ReadCSV ReadParquet
    RegDomain SafeFunc Search SearchIp Secret Seq1 Seq2 Seq4 Seq8 SplitToTable Stack StandardHash
    StrtokSplitToTable ToFile ToVariant Uniform VectorSearch WeightString XMLElement XMLGet XMLTable Zipf
    _ExplodeOuter
    """.split()
)
"""Functions that reach out of the query (files, models, sequences, the session), or that nobody asked for."""

REFUSED_STRUCTURE = frozenset(
    """
    AddConstraint AddPartition AggregateKeyProperty AlgorithmProperty AllowedValuesProperty Alter AlterColumn
    AlterDistStyle AlterIndex AlterModifySqlSecurity AlterRename AlterSession AlterSet AlterSortKey Analyze
    AnalyzeColumns AnalyzeDelete AnalyzeHistogram AnalyzeListChainedRows AnalyzeSample AnalyzeStatistics
    AnalyzeValidate AnalyzeWith ApiProperty ApplicationProperty AssumeColumnConstraint AtIndex Attach
    AttachOption AutoIncrementColumnConstraint AutoIncrementProperty AutoRefreshProperty BackupProperty Binary
    BinaryColumnConstraint Block BlockCompressionProperty BuildProperty Cache CalledOnNullInputProperty
    CaseSpecificColumnConstraint CaseStatement CatalogProperty Changes CharacterSetColumnConstraint
    CharacterSetProperty Check CheckColumnConstraint ChecksumProperty Clone Cluster ClusterProperty
    ClusteredByProperty ClusteredColumnConstraint CollateColumnConstraint CollateProperty ColumnConstraint
    ColumnConstraintKind ColumnPosition ColumnPrefix Command Comment CommentColumnConstraint Commit
    CompressColumnConstraint ComputeProperty ComputedColumnConstraint Condition ConditionalInsert Connect
    ConnectTo Connector Constraint Copy CopyGrantsProperty CopyParameter CopyTagsProperty Create Credentials
    CredentialsProperty DDL DML DataBlocksizeProperty DataDeletionProperty DatabaseProperty
    DateFormatColumnConstraint Declare DeclareItem DefaultColumnConstraint DefinerProperty Delete DerivedTable
    Describe Detach DictProperty DictRange DictSubProperty Directory DirectoryStage Disconnect DistKeyProperty
    DistStyleProperty DistanceNd Distribute DistributedByProperty Drop DropPartition DropPrimaryKey
    DuplicateKeyProperty DynamicProperty EmptyProperty EncodeColumnConstraint EncodeProperty EndStatement
    EngineProperty EnviromentProperty EphemeralColumnConstraint ExcludeColumnConstraint Execute
    ExecuteAsProperty ExecuteSql ExplodeOuter Export Expr Expression ExternalProperty FallbackProperty
    FileFormatProperty Final ForClause ForIn ForceProperty ForeignKey FormatJson FormatPhrase
    FreespaceProperty FunctionSpecification GeneratedAsIdentityColumnConstraint GeneratedAsRowColumnConstraint
    Get GlobalProperty Grant GrantPrincipal GrantPrivilege HandlerProperty HavingMax HeapProperty Hint
    HistoricalData HybridProperty IcebergProperty IfBlock IgnoreGrantsProperty InOutColumnConstraint
    IncludeProperty Index IndexColumnConstraint IndexConstraintOption IndexParameters IndexTableHint
    InheritsProperty InlineLengthColumnConstraint InputModelProperty InputOutputFormat Insert Install
    InteractiveProperty Into InvisibleColumnConstraint IsolatedLoadingProperty Iterate JSONExtractQuote
    JSONPathPart JoinHint JournalProperty Kill LanguageProperty Leave LikeProperty ListStage LoadData
    LocationProperty Lock LockProperty LockingProperty LockingStatement LogProperty LoopBlock MacroOverload
    MacroOverloads MaskingPolicyColumnConstraint MaskingProperty MatchRecognize MatchRecognizeMeasure
    MaterializedProperty Merge MergeBlockRatioProperty MergeTreeTTL MergeTreeTTLAction ModelAttribute
    ModifyColumn ModuleProperty MultitableInserts Nearest NestedJSONSelect NetworkProperty
    NoPrimaryIndexProperty NonClusteredColumnConstraint NotForReplicationColumnConstraint
    NotNullColumnConstraint OnCluster OnCommitProperty OnConflict OnProperty OnUpdateColumnConstraint Opclass
    OpenJSONColumnDef Operator OptionsProperty OutputModelProperty OverflowTruncateBehavior Parameter
    ParameterStyleProperty Partition PartitionBoundSpec PartitionByExcluding PartitionByListProperty
    PartitionByRangeProperty PartitionByRangePropertyDynamic PartitionByTruncate PartitionId PartitionList
    PartitionRange PartitionedByBucket PartitionedByProperty PartitionedOfProperty PathColumnConstraint Per
    PeriodForSystemTimeConstraint PhysicalProperty Placeholder Pragma PreWhere Predicate PrimaryKey
    PrimaryKeyColumnConstraint Prior ProjectionDef ProjectionPolicyColumnConstraint Properties Property Put
    Query QueryBand QueryOption QueryTransform Reference Refresh RefreshTriggerProperty
    RemoteWithConnectionModelProperty RenameColumn RenameIndex RepeatBlock ReplaceColumns ReplacePartition
    Return Returning ReturnsProperty Revoke Rollback RollupIndex RollupProperty RowAccessProperty
    RowFormatDelimitedProperty RowFormatProperty RowFormatSerdeProperty SampleProperty Schema
    SchemaCommentProperty ScopeResolution SecureProperty SecurityIntegrationProperty Selectable SemanticView
    Semicolon SequenceProperties SerdeProperties SessionParameter Set SetConfigProperty SetItem SetOperation
    SetProperty SettingsProperty SharingProperty Show SkipJSONColumn Sort SortKeyProperty SqlReadWriteProperty
    SqlSecurityProperty StabilityProperty StorageHandlerProperty StorageProperty StoredProcedure Stream
    StreamingTableProperty StrictProperty SubqueryPredicate Summarize SwapTable TableFromRows
    TableSpaceProperty Tag Tags TemporaryProperty TimeUnit TimeseriesKey TitleColumnConstraint ToTableProperty
    Transaction TransformModelProperty TransientProperty TranslateCharacters TriggerEvent TriggerExecute
    TriggerProperties TriggerReferencing TruncateTable UDTF Unary Uncache Undrop UniqueColumnConstraint
    UniqueKeyProperty UnloggedProperty Update UppercaseColumnConstraint Use UserDefinedFunction UsingData
    UsingProperty UsingTemplateProperty UuidProperty Version ViewAttributeProperty VirtualProperty
    VolatileProperty WatermarkColumnConstraint When Whens WhileBlock WithDataProperty WithFill
    WithJournalTableProperty WithOperator WithProcedureOptions WithSchemaBindingProperty
    WithSystemVersioningProperty WithTableHint XMLKeyValueOption XMLNamespace ZeroFillColumnConstraint
    _TimeUnit
    """.split()
)
"""Statements that write or change the session, their parts, parameters without a value, and base classes
that no parsed statement holds."""

ALLOWED_NODES = ALLOWED_STRUCTURE | ALLOWED_FUNCTIONS
REFUSED_NODES = REFUSED_STRUCTURE | REFUSED_FUNCTIONS
