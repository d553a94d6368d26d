# SPDX-License-Identifier: Apache-2.0
"""The foundation's wording of each mail, used until a project says something else."""

from collections.abc import Mapping
from types import MappingProxyType

from atr.domain.mail_template import MailTemplate, TemplateKind

_SIGNATURE = "{{ foundation }}\nSent by ATR for the {{ voting_body }}\n"

_VOTE_START = f"""\
Hello,

please vote on releasing this candidate as {{{{ title }}}}.

{{{{ earlier_result }}}}

The candidate, with its files, signatures, checksums and checks:
{{{{ url }}}}

What is voted on is revision {{{{ revision }}}}, exactly these bytes:
{{{{ manifest_digest }}}}

{{{{ install }}}}

{{{{ period }}}}

Binding are the {{{{ roster_size }}}} members of the {{{{ voting_body }}}} as of now. \
Everybody else is welcome to test and to vote as well.

Who is binding is sealed by this digest:
{{{{ roster_hash }}}}

The vote as it stands, with every ballot:
{{{{ vote_url }}}}

{{{{ checklist }}}}

To vote, answer on the page above or with the atr command:

  [ ] +1 Release it
  [ ]  0 No opinion
  [ ] -1 Do not release it, because ...

  atr vote cast {{{{ release }}}} +1

{_SIGNATURE}"""

_REMINDER = f"""\
Hello {{{{ receiver }}}},

your vote on {{{{ title }}}} is binding, and you have not voted yet.

{{{{ period }}}}

Vote here:
{{{{ vote_url }}}}

This is the only reminder of this vote. To get no more of them:
{{{{ settings_url }}}}

{_SIGNATURE}"""

_RESULT = f"""\
Hello,

the vote on releasing {{{{ title }}}} has {{{{ outcome }}}}.

{{{{ summary }}}}

{{{{ binding_votes }}}}

{{{{ community_votes }}}}

Voted on was:
{{{{ manifest_digest }}}}

Who was binding was sealed at the opening by this digest:
{{{{ roster_hash }}}}

The digest over all ballots, by which every receipt can be checked:
{{{{ ballots_root }}}}

Every vote with its history, for good:
{{{{ vote_url }}}}

The thread of the vote begins with:
{{{{ thread }}}}

{_SIGNATURE}"""

_PHASE_STATUS = f"""\
Hello,

{{{{ news }}}}

{{{{ summary }}}}

Every vote with its history:
{{{{ vote_url }}}}

{_SIGNATURE}"""

_BALLOT_RECEIPT = f"""\
{{{{ voter }}}} votes {{{{ choice }}}} ({{{{ weight }}}}) {{{{ door }}}}.

{{{{ earlier_choice }}}}

{{{{ comment }}}}

This vote among all others:
{{{{ vote_url }}}}

{_SIGNATURE}"""

_BALLOT_WITHDRAWAL = f"""\
{{{{ voter }}}} takes back the vote {{{{ choice }}}} ({{{{ weight }}}}). It counts no more.

All votes as they stand:
{{{{ vote_url }}}}

{_SIGNATURE}"""

_ANNOUNCEMENT = """\
Hello,

the {{ project }} team is pleased to announce the release of {{ title }}.

{{ description }}

Download:
{{ folder_url }}

{{ checksums }}

{{ verification }}

These very files were voted on, and what is offered is compared with them. {{ summary }}

{{ more }}

The {{ project }} team
{{ foundation }}
"""

DISTRIBUTION_NOTICE = MailTemplate(
    "[DISTRIBUTION] {{ title }}",
    """\
Hello,

{{ title }} is on its way to its channels, and this needs somebody:

{{ manual }}

{{ errors }}

How far it is everywhere:
{{ url }}

{{ foundation }}
""",
)
"""What the list hears of channels; it tells what ATR cannot know otherwise, so that no project words it."""

DEFAULT_TEMPLATES: Mapping[TemplateKind, MailTemplate] = MappingProxyType(
    {
        TemplateKind.VOTE_START: MailTemplate("[VOTE] {{ vote_name }}", _VOTE_START),
        TemplateKind.REMINDER: MailTemplate("Reminder: [VOTE] {{ vote_name }}", _REMINDER),
        TemplateKind.RESULT: MailTemplate("[RESULT] [VOTE] {{ vote_name }}", _RESULT),
        TemplateKind.ANNOUNCEMENT: MailTemplate("[ANNOUNCE] {{ title }} released", _ANNOUNCEMENT),
        TemplateKind.PHASE_STATUS: MailTemplate("[{{ status }}] [VOTE] {{ vote_name }}", _PHASE_STATUS),
        TemplateKind.BALLOT_RECEIPT: MailTemplate("Re: [VOTE] {{ vote_name }}", _BALLOT_RECEIPT),
        TemplateKind.BALLOT_WITHDRAWAL: MailTemplate("Re: [VOTE] {{ vote_name }}", _BALLOT_WITHDRAWAL),
    }
)
