"""Reports as NCMEC's CyberTipline takes them: what they hold, as XML and as JSON, checked by one table. Pure."""
