def needed_agreement(distinct: int) -> float:
    return 0.16 + 2.1 / max(distinct, 1) ** 0.5
