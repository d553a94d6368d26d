# SPDX-License-Identifier: Apache-2.0
"""Whatever the bytes are, a reader says what is wrong with them, and raises nothing else."""

import pytest
from hypothesis import given, strategies

from tests.fuzz.mutation import mutate
from tests.fuzz.samples import SUBJECTS, Subject

each_subject = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)


@each_subject
def test_good_samples_are_read(subject: Subject) -> None:
    for sample in subject.samples:
        subject.run(sample)


@each_subject
@given(strategies.data())
def test_changed_samples_are_read_or_refused(subject: Subject, data: strategies.DataObject) -> None:
    subject.run(data.draw(mutate(subject.samples)))


@each_subject
@given(strategies.binary(max_size=2000))
def test_random_bytes_are_read_or_refused(subject: Subject, data: bytes) -> None:
    subject.run(data)
