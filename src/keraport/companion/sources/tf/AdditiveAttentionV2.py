class AdditiveAttentionV2(_AddedAttention):
    """AdditiveAttention of newer releases: it gives its scores if it is asked."""
