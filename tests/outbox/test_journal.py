import mailbox

import pytest

from portal.outbox import journal


def test_no_journal_has_no_answer(settings):
    settings.OUTBOX_JOURNAL = ""
    assert journal.accepted({"<a@test.example>"}) is None


@pytest.mark.parametrize("folder", ["new", "cur"])
def test_a_copy_is_found_whether_read_or_not(maildir, folder):
    journal.prepare(maildir)
    copy = b"Return-Path: <x@test.example>\nReceived: by relay\nMessage-ID:\n <a@test.example>\n\nMessage-ID: <b@test.example>\n"
    (maildir / folder / "1.host:2,S").write_bytes(copy)
    assert journal.accepted({"<a@test.example>", "<b@test.example>"}) == {"<a@test.example>"}


def test_a_half_written_mail_is_not_accepted(maildir):
    journal.prepare(maildir)
    (maildir / "tmp" / "1").write_bytes(b"Message-ID: <a@test.example>\n\n")
    assert journal.accepted({"<a@test.example>"}) == set()


def test_from_a_journal_that_is_not_there_nothing_is_concluded(tmp_path, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.OUTBOX_JOURNAL = str(tmp_path / "not-mounted")
    with pytest.raises(journal.JournalMissing):
        journal.accepted({"<a@test.example>"})


def test_the_portals_own_journal_is_closed_to_others(maildir):
    assert journal.accepted({"<a@test.example>"}) == set()
    assert {(maildir / name).stat().st_mode & 0o777 for name in journal.FOLDERS} == {0o700}
    assert len(mailbox.Maildir(maildir, create=False)) == 0
