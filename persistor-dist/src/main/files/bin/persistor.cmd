@echo off
rem Runs the persistor command of this installation.
setlocal DisableDelayedExpansion
set "PERSISTOR_DIR=%~dp0.."
set "JAVA=java"
rem Without the quotes that some have around the path.
if defined JAVA_HOME set "JAVA=%JAVA_HOME:"=%\bin\java.exe"
if exist "%PERSISTOR_DIR%\runtime\bin\java.exe" set "JAVA=%PERSISTOR_DIR%\runtime\bin\java.exe"
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo persistor: Java is missing: install Java 17 or later, or set JAVA_HOME 1>&2
  exit /b 1
)
"%JAVA%" "-XX:OnOutOfMemoryError=taskkill /F /PID %%p" -XX:+DisplayVMOutputToStderr -cp "%PERSISTOR_DIR%\persistor-standalone.jar" dev.persistor.standalone.PersistorCommand %*
exit /b %ERRORLEVEL%
