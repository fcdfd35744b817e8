class AttentionV2(_DotAttention):
    """Attention of newer releases: it gives its scores if it is asked, and may add for them."""
