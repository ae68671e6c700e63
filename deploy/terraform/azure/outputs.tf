output "store" {
  description = "The archive's address, as the persistor commands take it."
  value       = "${azurerm_storage_account.archive.primary_blob_endpoint}${azurerm_storage_container.archive.name}"
}

output "writer" {
  description = "The principal of the identity that writes to the archive."
  value       = azurerm_user_assigned_identity.writer.principal_id
}

output "host" {
  description = "The principal of the identity that receives events and is the host's."
  value       = azurerm_user_assigned_identity.host.principal_id
}
