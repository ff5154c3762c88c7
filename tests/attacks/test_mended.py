"""What mends a model's statement launders no attack: mended, the corpus is refused as it is unmended."""

from __future__ import annotations

from dbchat_magic.translators.model.mend import mend
from tests.attacks.conftest import Case, cases, schema_of
from tests.attacks.test_guard import FOLDER, UNSEEN, refused


@cases("refuse")
def test_a_mended_attack_is_refused(case: Case):
    schema = schema_of(case.dialect)
    mended = mend(case.sql.replace("@DIR@", FOLDER), schema)
    assert refused(mended, case.dialect, schema) is not None or case.test_id in UNSEEN


@cases("allow")
def test_a_harmless_statement_stays_harmless(case: Case):
    schema = schema_of(case.dialect)
    assert refused(mend(case.sql, schema), case.dialect, schema) is None
