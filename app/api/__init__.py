"""The HTTP door: one router per resource, authentication, problems (RFC 9457), pagination."""
