output "store" {
  description = "The archive's address, as persistor's commands want it."
  value       = "${azurerm_storage_account.archive.primary_blob_endpoint}${azurerm_storage_container.archive.name}"
}

output "principal" {
  description = "Who writes to the archive."
  value       = azurerm_function_app_flex_consumption.persistor.identity[0].principal_id
}
