"""How an audit judges the requirements."""

from django.db import transaction

from codeofconduct.models import ProcessRequirement
from followups.actions.audits import lock_audit
from followups.enums.audits import Judgement
from followups.models import Audit, AuditJudgement
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError


@transaction.atomic
def judge(
    *, by: By, audit: Audit, requirement: ProcessRequirement, version: int, judgement: Judgement, note: str = ""
) -> AuditJudgement:
    """Judge a requirement, or judge it anew. `version`: of the judgement that the page showed, 0 for none.

    What is there already in these very words is left as it is. Raises StaleVersionError where someone else judged it
    meanwhile, ValidationError where the audit takes nothing any more, IntegrityError for a requirement of another
    clause version.
    """
    _follow_up, locked = lock_audit(by=by, audit=audit)
    stored = AuditJudgement.objects.select_for_update(of=["self"]).filter(audit=locked, requirement=requirement).first()
    if stored is not None and (stored.judgement, stored.note) == (judgement, note):
        return stored
    if stored is None:
        return AuditJudgement.objects.create(
            audit=locked, requirement=requirement, judgement=judgement, note=note, created_by=actor_of(by)
        )
    if stored.version != version:
        raise StaleVersionError(stored)
    stored.judgement, stored.note = judgement, note
    stored.changed_at, stored.changed_by = clock.now(), actor_of(by)
    stored.version += 1
    stored.save(update_fields=["judgement", "note", "changed_at", "changed_by", "version"])
    return stored
