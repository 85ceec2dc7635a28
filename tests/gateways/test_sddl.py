"""Whether only administrators can change central.ini on Windows, from Windows' own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.gateways.sddl import closed_file, closed_folder

SYSTEM_AND_ADMINS = "(A;ID;FA;;;SY)(A;ID;FA;;;BA)"
USER = "S-1-5-21-1-2-3-1001"


@pytest.mark.parametrize(
    ("sddl", "closed"),
    [
        # As an administrator's Notepad leaves it in C:\ProgramData\ICSOE Desktop.
        (f"O:BAG:S-1-5-21-1-2-3-513D:AI{SYSTEM_AND_ADMINS}(A;ID;0x1200a9;;;BU)", True),
        (f"O:SYG:SYD:PAI{SYSTEM_AND_ADMINS}(A;;FR;;;WD)", True),
        (f"O:S-1-5-21-1-2-3-500D:{SYSTEM_AND_ADMINS}", True),
        (f"O:BAD:(D;;FW;;;BU){SYSTEM_AND_ADMINS}(A;;GRGX;;;BU)", True),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;0x1301bf;;;BU)", False),  # «modificar» for users
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;ID;FA;;;{USER})", False),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;WD;;;AU)", False),  # may hand out rights
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;SD;;;BU)", False),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;FRFW;;;WD)", False),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;ZZ;;;WD)", False),  # an unknown right
        (f"O:BAD:{SYSTEM_AND_ADMINS}(A;;0xXYZ;;;WD)", False),
        (f"O:BAD:{SYSTEM_AND_ADMINS}(XA;;FR;;;WD;(a==1))", False),  # a condition
        (f"O:{USER}D:{SYSTEM_AND_ADMINS}", False),
        (f"O:BUD:{SYSTEM_AND_ADMINS}", False),
        ("O:BAD:NO_ACCESS_CONTROL", False),
        ("O:BA", False),
        ("D:(A;;FA;;;BA)", False),
        ("O:BAD:(A;;FA)", False),
        ("", False),
    ],
)
def test_a_file_is_believed_only_if_no_user_can_change_it(sddl: str, closed: bool) -> None:
    assert closed_file(sddl) is closed


@pytest.mark.parametrize(
    ("sddl", "closed"),
    [
        # What a folder in C:\ProgramData inherits: users may add files, not replace them.
        (
            "O:BAG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)"
            "(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)",
            True,
        ),
        # The same made by a user: they own it, and own what they make inside.
        (f"O:{USER}D:AI(A;OICIID;FA;;;SY)(A;ID;FA;;;{USER})", False),
        ("O:BAD:(A;;FA;;;BA)(A;;DT;;;BU)", False),  # may delete what is inside
        ("O:BAD:(A;;FA;;;BA)(A;OICI;0x1301ff;;;BU)", False),
        ("O:BAD:(A;;FA;;;BA)(A;OICIIO;GA;;;BU)", True),  # only of what is made inside
    ],
)
def test_a_folder_is_believed_only_if_no_user_can_replace_what_is_in_it(
    sddl: str, closed: bool
) -> None:
    assert closed_folder(sddl) is closed


@given(st.text(max_size=200))
def test_words_that_are_no_description_are_not_believed(text: str) -> None:
    assert not closed_file(text)


@given(st.text(alphabet="()AD;FWRBUOISYG:0x1-5", max_size=60))
def test_nothing_added_to_a_closed_file_makes_users_trusted(text: str) -> None:
    assert not closed_file(f"O:BAD:(A;;FA;;;WD){text}")
