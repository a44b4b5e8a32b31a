"""Where the key-encryption key lives: a file here; a KMS or Vault fulfils the same port."""
