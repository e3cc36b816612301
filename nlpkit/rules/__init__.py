"""Association rules: which items make others likely, from frequent itemsets."""

from nlpkit.choices import DEFAULT_RULE_MEASURES as DEFAULT
from nlpkit.choices import TABLE_FORMATS as FORMATS
from nlpkit.rules.generation import association_rules
from nlpkit.rules.measures import MEASURES
from nlpkit.rules.result import Rule, Rules

__all__ = ["DEFAULT", "FORMATS", "MEASURES", "Rule", "Rules", "association_rules"]
