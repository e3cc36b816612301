"""Association rules: which items make others likely, from frequent itemsets."""

from nlpkit.rules.generation import association_rules
from nlpkit.rules.measures import MEASURES
from nlpkit.rules.result import Rule, Rules

__all__ = ["MEASURES", "Rule", "Rules", "association_rules"]
