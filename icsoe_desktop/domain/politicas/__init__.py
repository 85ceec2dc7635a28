"""The policies that an administrator can set, and the settings made from them."""
