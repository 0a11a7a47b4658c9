@echo off
rem test.cmd [NAME]: builds and runs all tests, or the test classes whose name contains NAME.
setlocal
set "here=%~dp0"
where dotnet >nul 2>nul
if errorlevel 1 (
  echo segtrain: the .NET SDK 10 is needed: https://dotnet.microsoft.com/download, then run this again>&2
  exit /b 5
)
dotnet build "%here%SegTrain.sln" -c Release -v q >&2
if errorlevel 1 exit /b 1
set "filter="
if not "%~1"=="" set filter=--filter-class "*%~1*"
for /f "delims=" %%t in ('dotnet msbuild "%here%tests\SegTrain.Tests" -p:Configuration^=Release -getProperty:TargetPath') do dotnet "%%t" --progress off --no-ansi %filter%
exit /b %errorlevel%
