"""What ends and when: certificates, the REPSE, links, obligations."""
