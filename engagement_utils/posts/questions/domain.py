"""Which domains do better?"""

from collections.abc import Iterable, Sequence

from engagement_utils.posts.questions.base import biggest
from engagement_utils.posts.questions.groups import Groups
from engagement_utils.report.outputs import Figure, Output
from engagement_utils.report.question import Claim
from engagement_utils.report.section import Sentence
from engagement_utils.report.wording import count, join_words


class Domain(Groups):
    """Which domains stand above the others?"""

    topic = "domain"
    name = "Domain"

    def claimed(self) -> tuple[Sequence[str], Sequence[str]]:
        """The claimed domains against those that are claimed to be weaker."""
        c = self.measures.settings.claims
        return c.domains, c.weaker_domains

    def claims(self) -> Iterable[Claim]:
        """On NLP and influencer analytics."""
        text = (
            "Domain resonance: NLP and influencer analytics projects attract stronger engagement than "
            "generic forecasting or segmentation modules."
        )
        yield self._claim(3, text, join_words(self.claimed()[1]) or "the others")

    def show(self) -> Iterable[Output | Sentence]:
        """Means by domain, and the pairs."""
        yield self.left_out("The view by domain", "domain") or self.means()
        yield self.pairs_table()

    def means(self) -> Figure:
        """Means by domain with intervals."""
        every = self.measures.by["domain"]
        frame = biggest(every).sort_values("mean", ascending=False, kind="stable", ignore_index=True)
        return self.means_figure(
            frame,
            [str(d) for d in frame["domain"]],
            name="domain_means",
            title="Mean score by domain",
            alt=f"{count(len(frame), 'domain')}, highest mean {frame['domain'].iloc[0]}",
            data=every,
        )
