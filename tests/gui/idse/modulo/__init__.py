"""What a person does and sees in Conexión en línea con IDSE."""
