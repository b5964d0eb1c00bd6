"""What of the data the samples show: its classes and its modes."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.quality.quality import Quality
from ...figures.estimate import percent
from ...figures.finding import Finding, grouped, measured, number, share
from .finding import exact, told


def classes_found(quality: Quality, names: Sequence[str]) -> list[Finding]:
    return [*_by_class(quality, names), *_by_mode(quality)]


def _by_class(quality: Quality, names: Sequence[str]) -> list[Finding]:
    found = quality.classes
    key, label = "missing", "Classes never drawn"
    meaning = "Classes that the data has and the judge saw in no sample."
    if found is None:
        return told(quality, "classes", key, label, None, "", meaning)
    lost = [f"{names[one.label] if names else one.label} (at most {share(one.high)})"
            for one in found.missing]  # fmt: skip
    remark = f"{', '.join(lost)}. " if lost else ""
    remark += f"As many images of the data would miss {number(found.by_chance, 1)} on average."
    return [
        Finding(key, label, f"{len(lost)} of {len(found.counts)}", meaning, remark=remark,
                number=exact(len(lost))),
        measured("class divergence", "KL of drawn classes to the data's", found.divergence, "nats",
                 "How unevenly classes are drawn: 0 where each is as frequent as in the data.",
                 formula="KL(drawn || data)", source="Lin et al. 2018, arXiv:1712.04086"),
        measured("effective", "Effective classes drawn", found.effective, "",
                 "As many equally likely classes would be drawn as unevenly.", digits=2,
                 formula="exp(H₂)", source="Rényi 1961"),
    ]  # fmt: skip


def _by_mode(quality: Quality) -> list[Finding]:
    """Only of toys: where the density is not known, nobody expects it to be"""
    found, apart = quality.modes, quality.jensen_shannon
    if found is None or apart is None:
        return []
    source = "Srivastava et al. 2017, arXiv:1705.07761"
    return [
        Finding("modes", "Modes drawn", f"{found.captured} of {len(found.counts)}",
                f"Modes of the data with a draw within three deviations, of {grouped(found.n)}.",
                source=source, number=exact(found.captured)),
        measured("near", "Draws near a mode", percent(found.quality), "%",
                 "Draws within three deviations of a mode; 98.9 % of the data are.", digits=1,
                 source=source),
        measured("mode divergence", "KL of drawn modes to the data's", found.reverse, "nats",
                 "How unevenly the modes are drawn.", formula="KL(drawn || data)", source=source),
        measured("jensen shannon", "Jensen-Shannon divergence", exact(apart), "nats",
                 "How far model and data are apart: 0 for one law, log 2 = 0.693 where they never "
                 "meet. Counted in cells, which see a little less; chance adds a little.",
                 formula="½ KL(p || m) + ½ KL(q || m), m = (p + q) / 2",
                 source="Goodfellow et al. 2014, arXiv:1406.2661"),
    ]  # fmt: skip
