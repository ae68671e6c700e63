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
rem The explorer stays open for hours beside other programs, so it has less than 256 MiB, unless the user sets options.
set "MEMORY="
if "%~1"=="explore" if not defined JDK_JAVA_OPTIONS if not defined JAVA_TOOL_OPTIONS set "MEMORY=-XX:MaxRAM=200m -XX:+UseSerialGC"
"%JAVA%" %MEMORY% "-XX:OnOutOfMemoryError=taskkill /F /PID %%p" -XX:+DisplayVMOutputToStderr -cp "%PERSISTOR_DIR%\persistor-standalone.jar" dev.persistor.standalone.PersistorCommand %*
exit /b %ERRORLEVEL%
